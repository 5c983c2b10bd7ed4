using TransferLearning.Backbones;
using TransferLearning.Weights.Downloads;

namespace TransferLearning.Weights;

/// <summary>Keeps published weights in a folder: fetched once, and held against their SHA-256 each time.</summary>
public sealed class WeightsStore
{
    private readonly WeightsStoreOptions _options;

    /// <summary>Opens a store; nothing is read or made yet.</summary>
    /// <param name="options">Where it lies; absent: the user's cache folder.</param>
    public WeightsStore(WeightsStoreOptions? options = null) => _options = options ?? new WeightsStoreOptions();

    /// <summary>Where the file of a published source belongs, whether it is there or not.</summary>
    /// <param name="source">What was published.</param>
    /// <returns>A full path; its name carries the hash, since many addresses end alike.</returns>
    /// <exception cref="ArgumentException">The address is not of https or names no file, or the hash is no hex digits.</exception>
    public string PathOf(WeightsSource.Published source)
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckAddress(source.Address);
        string name = FileName(source);
        string hash = Sha256Check.Normalize(source.Sha256Prefix);
        return Path.GetFullPath(Path.Combine(_options.Folder, name.Contains(hash, StringComparison.OrdinalIgnoreCase) ? name : $"{hash}-{name}"));
    }

    /// <summary>Finds the file here or in PyTorch's own download folder, or downloads it.</summary>
    /// <param name="source">What to fetch: over https, or from this machine.</param>
    /// <param name="progress">Told how a download goes on.</param>
    /// <param name="cancellationToken">Stops a download; nothing is left of it.</param>
    /// <returns>The path of a file whose hash is right.</returns>
    /// <exception cref="ArgumentException">The address is not of https or names no file, or the hash is no hex digits.</exception>
    /// <exception cref="WeightsUnavailableException">The server cannot be reached, refuses, breaks off, or sends a file of another hash.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public string Fetch(WeightsSource.Published source, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string target = PathOf(source);
        string? hub = _options.HubFolder is { } folder ? Path.Combine(folder, FileName(source)) : null;
        foreach (string? candidate in new[] { target, hub })
        {
            if (File.Exists(candidate) && Sha256Check.Fits(candidate, source.Sha256Prefix, cancellationToken))
                return candidate;
        }

        new WeightsDownload(source, target, _options).Run(progress, cancellationToken);
        return target;
    }

    private static string FileName(WeightsSource.Published source)
    {
        string name = Uri.UnescapeDataString(source.Address.Segments[^1]);
        return name == Path.GetFileName(name) && name.Trim('.').Length > 0
            ? name
            : throw new ArgumentException($"The address '{source.Address}' does not end in a file's name.", nameof(source));
    }

    private static void CheckAddress(Uri address)
    {
        bool isSafe = address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
        if (!isSafe)
            throw new ArgumentException($"The address '{address}' is not of https; weights are fetched over no other way.", nameof(address));
    }
}
