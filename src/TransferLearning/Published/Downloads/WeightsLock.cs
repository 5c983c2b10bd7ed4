using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>The lock file that a team commits: name, address, size and SHA-256 of each file of weights, sorted by name.</summary>
internal sealed class WeightsLock
{
    private const int Version = 1;
    private const int MostBytes = 1 << 24;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,      // '+' and '&' of addresses stay readable
    };

    private readonly WeightsStoreOptions _options;
    private readonly string _path;

    private WeightsLock(WeightsStoreOptions options, string path) => (_options, _path) = (options, Path.GetFullPath(path));

    /// <summary>The lock file of a store; null where it has none.</summary>
    public static WeightsLock? Of(WeightsStoreOptions options) => options.LockFile is { } path ? new WeightsLock(options, path) : null;

    /// <summary>What is pinned of a file; null where it may be added.</summary>
    /// <exception cref="InvalidDataException">
    /// The lock file cannot be understood, pins a file of this name at another address, or lacks one and may not be extended.
    /// </exception>
    public LockedFile? Find(string name, Uri address)
    {
        LockedFile? found = Read().GetValueOrDefault(name);
        if (found is null && !_options.ExtendLockFile)
            throw new InvalidDataException($"'{_path}' does not pin '{name}', and {nameof(WeightsStoreOptions.ExtendLockFile)} is false");
        if (found is not null && found.Address != WeightsAddress.Shown(address))
        {
            throw new InvalidDataException(
                $"'{_path}' pins '{name}' at '{found.Address}', and it was asked for at '{WeightsAddress.Shown(address)}'; " +
                "delete the entry if the change is meant");
        }
        return found;
    }

    /// <summary>Adds a file, unless another process just has.</summary>
    /// <exception cref="InvalidDataException">The other process has added another content.</exception>
    public async Task AddAsync(LockedFile file, CancellationToken cancellationToken)
    {
        // The lock is in the store's folder, for nothing but the file itself belongs where it is committed.
        string turn = Path.Combine(Path.GetFullPath(_options.Folder), Path.GetFileName(_path) + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(turn)!);
        using IDisposable held = await DownloadLock.TakeAsync(turn, _options, cancellationToken).ConfigureAwait(false);
        SortedDictionary<string, LockedFile> files = Read();
        if (files.TryAdd(file.Name, file))
            AtomicFile.Write(_path, stream => Write(stream, files.Values));
        else if (files[file.Name] != file)
            throw Differs(files[file.Name], file.Sha256);
    }

    /// <summary>Says that a file has another content than the pinned one.</summary>
    public InvalidDataException Differs(LockedFile pinned, string found) => new(
        $"'{_path}' pins '{pinned.Name}' with the SHA-256 {pinned.Sha256}, and what was found has {found}; delete the entry if the change is meant");

    /// <summary>Says that a file was found of which nothing tells that it is the publisher's.</summary>
    public InvalidDataException LacksOriginOf(string name) => new(
        $"'{_path}' does not pin '{name}', and only what comes from the publisher's own address is added; " +
        "fetch it once without a mirror, or add it by hand");

    public override string ToString() => _path;

    private static void Write(Stream stream, IEnumerable<LockedFile> files)
    {
        JsonSerializer.Serialize(stream, new Content(Version, [.. files]), _json);
        stream.WriteByte((byte)'\n');
    }

    private SortedDictionary<string, LockedFile> Read()
    {
        var files = new SortedDictionary<string, LockedFile>(StringComparer.Ordinal);
        if (!File.Exists(_path))
            return files;
        using FileStream text = RegularFile.Open(_path);
        if (text.Length > MostBytes)
            throw Malformed($"it has {text.Length} bytes; at most {MostBytes} are read");

        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(text, _json);
        }
        catch (JsonException exception)
        {
            throw Malformed(exception.Message);
        }
        if (content is not { Version: Version, Weights: not null })
            throw Malformed($"it must hold \"version\": {Version} and \"weights\"");
        foreach (LockedFile? entry in content.Weights)
        {
            if (entry is not { Name.Length: > 0, Address: not null, Size: > 0, Sha256: not null } || !FileDigest.IsSha256(entry.Sha256))
                throw Malformed($"the entry '{entry?.Name}' must have a name, an address, a size above 0 and a SHA-256 of 64 hexadecimal digits");
            if (!files.TryAdd(entry.Name, entry with { Sha256 = entry.Sha256.ToLowerInvariant() }))
                throw Malformed($"it pins '{entry.Name}' twice");
        }
        return files;
    }

    private InvalidDataException Malformed(string reason) => new($"the lock file '{_path}' cannot be understood: {reason}");

    private sealed record Content(int Version, IReadOnlyList<LockedFile?>? Weights);
}

/// <summary>What a lock file pins of a file.</summary>
/// <param name="Name">Its name in the store's folder, or "owner/name/file" of a repository.</param>
/// <param name="Address">Where its publisher has it, without user and query.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">All 64 digits.</param>
internal sealed record LockedFile(string Name, string Address, long Size, string Sha256)
{
    /// <summary>What a lock file pins of a file that is here, which is hashed unless its SHA-256 has been checked already.</summary>
    public static LockedFile Of(string name, Uri address, string path, string? checkedSha256 = null)
    {
        using FileStream file = RegularFile.Open(path);     // a link's length is its own
        return new LockedFile(name, WeightsAddress.Shown(address), file.Length, checkedSha256 ?? Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
