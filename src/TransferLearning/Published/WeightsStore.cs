using Microsoft.Extensions.Logging;
using TransferLearning.Published.Downloads;

namespace TransferLearning.Published;

/// <summary>
/// Keeps published weights in a folder: fetched once, and checked against their SHA-256 each time. Safe for use by several threads, and
/// several processes, at once.
/// </summary>
public sealed partial class WeightsStore
{
    private readonly WeightsStoreOptions _options;

    /// <summary>Opens a store; nothing is read or made yet.</summary>
    /// <param name="options">The folder and how files are fetched; by default the user's cache folder and what the environment variables say.</param>
    /// <exception cref="ArgumentException">The mirror is not of https or of this machine, or has a user, a query or a fragment.</exception>
    public WeightsStore(WeightsStoreOptions? options = null)
    {
        _options = options ?? new WeightsStoreOptions();
        if (_options.Mirror is { } mirror && !WeightsAddress.IsBase(mirror))
        {
            throw new ArgumentException(
                $"The mirror ({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.Mirror)} or {DownloadVariables.Mirror}) is " +
                $"'{WeightsAddress.Shown(mirror)}'; it must be an address of https, such as " +
                "'https://mirror.example.org/weights', without user, query and fragment.",
                nameof(options));
        }
    }

    /// <summary>Where the file of a published source belongs, whether it is there or not.</summary>
    /// <param name="source">What was published.</param>
    /// <returns>A full path; its name carries the hash, since many addresses end alike.</returns>
    /// <exception cref="ArgumentException">The address is not of https or names no file, or the hash is not hexadecimal.</exception>
    public string GetPath(WeightsSource.Published source)
    {
        ArgumentNullException.ThrowIfNull(source);
        string name = WeightsAddress.FileName(source.Address);
        string hash = FileDigest.Sha256(source.Sha256Prefix).Digits;
        return Path.GetFullPath(Path.Combine(_options.Folder, name.Contains(hash, StringComparison.OrdinalIgnoreCase) ? name : $"{hash}-{name}"));
    }

    /// <summary>
    /// Finds the file here or in PyTorch's own download folder, or downloads it; where another thread or process is downloading it, waits for that.
    /// </summary>
    /// <param name="source">What to fetch: over https, or from this machine.</param>
    /// <param name="progress">Told how a download goes on.</param>
    /// <param name="cancellationToken">Stops a download, or the wait for one; what has come is kept beside the file, and a later call goes on with it.</param>
    /// <returns>The path of a file whose hash is right.</returns>
    /// <exception cref="ArgumentException">The address is not of https or names no file, or the hash is not hexadecimal.</exception>
    /// <exception cref="WeightsUnavailableException">
    /// The store is offline; the server cannot be reached, refuses, breaks off, or sends a file of another hash or too large a one, all attempts
    /// long; the lock file or the record of an earlier download says otherwise; a mirror would be trusted with too little; or the folder cannot be
    /// read or written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public string Fetch(WeightsSource.Published source, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FetchAsync(source, progress, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Finds the file here or in PyTorch's own download folder, or downloads it, without holding a thread while it waits.</summary>
    /// <inheritdoc cref="Fetch" path="/*[not(self::summary)]"/>
    public async Task<string> FetchAsync(
        WeightsSource.Published source, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string target = GetPath(source);
        try
        {
            return await FindOrDownloadAsync(source, target, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadFailedException failure)
        {
            string asked = _options.Mirror is null
                ? ""
                : $"the mirror was asked for '{WeightsAddress.Shown(WeightsAddress.OnMirror(source.Address, _options.Mirror))}', and ";
            throw new WeightsUnavailableException(source.Address, asked + failure.Message, target, source.Sha256Prefix, failure.InnerException);
        }
        catch (InvalidDataException refused)
        {
            throw WeightsUnavailableException.Refused(source.Address, refused.Message, target);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not WeightsUnavailableException))
        {
            string reason = $"a file cannot be read or written: {failure.Message.TrimEnd('.')}";
            throw new WeightsUnavailableException(source.Address, reason, target, source.Sha256Prefix, failure);
        }
    }

    private async Task<string> FindOrDownloadAsync(
        WeightsSource.Published source, string target, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(target);
        var published = FileDigest.Sha256(source.Sha256Prefix);
        WeightsLock? pins = WeightsLock.Of(_options);
        LockedFile? pinned = pins?.Find(name, source.Address);

        string? hub = _options.HubFolder is { } folder ? Path.Combine(folder, WeightsAddress.FileName(source.Address)) : null;
        string? found = new[] { target, hub }.FirstOrDefault(IsThere);
        if (found is null)
        {
            if (_options.Offline)
                throw IsOffline(source, target, pins);
            await DownloadAsync().ConfigureAwait(false);
            found = target;
        }

        if (pins is not null && pinned is null)
        {
            // Pinned is what was checked, should the file have been replaced since.
            var file = LockedFile.Of(name, source.Address, found, checkedSha256: Expected().Digits);
            await pins.AddAsync(file, cancellationToken).ConfigureAwait(false);
        }
        else if (!Expected().IsWhole)
        {
            LogPrefix(_options.Logger, found, published.Digits.Length);
        }
        return found;

        FileDigest Expected()
        {
            if (pinned is not null)
                return Narrow(published, pinned.Sha256, pins!.ToString());
            string? recorded = published.IsWhole ? null : HashRecord.Read(target);
            return recorded is null ? published : Narrow(published, recorded, HashRecord.PathOf(target));
        }

        // A prefix is enough for what lies in the user's own folders, but not for a lock file, which would pass it on to others.
        bool IsThere(string? path)
        {
            FileDigest expected = Expected();
            return (expected.IsWhole || pins is null) && File.Exists(path) && expected.Fits(path, cancellationToken);
        }

        Task DownloadAsync()
        {
            FileDigest expected = Expected();
            bool isPublishers = _options.Mirror is null;
            if (!isPublishers && !expected.IsWhole && pins is not null)
                throw pins.LacksOriginOf(name);
            if (!isPublishers && !expected.IsWhole && !_options.TrustMirror)
                throw DistrustsMirror(published);

            long most = Math.Min(pinned?.Size ?? source.MostBytes ?? long.MaxValue, _options.LargestFile);
            var request = new DownloadRequest(WeightsAddress.OnMirror(source.Address, _options.Mirror), expected, most)
            {
                // What a mirror began must not become the publisher's.
                PartialExtension = isPublishers || expected.IsWhole ? ".part" : ".mirror.part",
                Arrived = isPublishers && !published.IsWhole ? sha256 => HashRecord.Write(target, sha256) : _ => { },
            };
            return new WeightsDownload(request, target, lockFile: target + ".lock", () => IsThere(target), _options).RunAsync(progress, cancellationToken);
        }
    }

    private static FileDigest Narrow(FileDigest published, string sha256, string origin) => sha256.StartsWith(published.Digits, StringComparison.Ordinal)
        ? FileDigest.Sha256(sha256)
        : throw new InvalidDataException($"'{origin}' has the SHA-256 {sha256}, and the published one begins with {published.Digits}");

    private InvalidDataException DistrustsMirror(FileDigest published) => new(
        $"of their SHA-256 only '{published.Digits}' is known, which whoever runs the mirror '{WeightsAddress.Shown(_options.Mirror!)}' can forge. " +
        $"Pin all of it by a lock file ({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.LockFile)}) that was made without the mirror, or trust " +
        $"the mirror ({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.TrustMirror)} or {DownloadVariables.TrustMirror}=1)");

    private static WeightsUnavailableException IsOffline(WeightsSource.Published source, string target, WeightsLock? pins)
    {
        string found = !File.Exists(target) ? "they are not there"
            : pins is null ? "the file at that path has another hash"
            : $"the file at that path has another hash than the one in '{pins}', or neither that nor '{HashRecord.PathOf(target)}' has one";
        return new WeightsUnavailableException(
            source.Address,
            $"{found}, and no request was made, since the store is offline " +
            $"({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.Offline)} or {DownloadVariables.Offline}=1)",
            target, source.Sha256Prefix);
    }

    [LoggerMessage(LogLevel.Information, "Of the SHA-256 of '{Path}' only the first {Digits} digits are known and were checked")]
    private static partial void LogPrefix(ILogger logger, string path, int digits);
}
