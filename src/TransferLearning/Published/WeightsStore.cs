using TransferLearning.Published.Downloads;

namespace TransferLearning.Published;

/// <summary>
/// Keeps published weights in a folder: fetched once, and checked against their SHA-256 each time. Safe for use by several threads, and
/// several processes, at once.
/// </summary>
public sealed class WeightsStore
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
                $"The mirror ({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.Mirror)} or {DownloadVariables.Mirror}) is '{mirror}'; " +
                "it must be an address of https, such as 'https://mirror.example.org/weights', without user, query and fragment.",
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
    /// The store is offline; the server cannot be reached, refuses, breaks off, or sends a file of another hash, all attempts long; or the
    /// folder cannot be written.
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
        var digest = FileDigest.Sha256(source.Sha256Prefix);
        string? hub = _options.HubFolder is { } folder ? Path.Combine(folder, WeightsAddress.FileName(source.Address)) : null;
        foreach (string? candidate in new[] { target, hub })
        {
            if (File.Exists(candidate) && digest.Fits(candidate, cancellationToken))
                return candidate;
        }

        if (_options.Offline)
            throw IsOffline(source, target);
        try
        {
            var request = new DownloadRequest(WeightsAddress.OnMirror(source.Address, _options.Mirror), digest);
            await new WeightsDownload(request, target, lockFile: target + ".lock", _options).RunAsync(progress, cancellationToken).ConfigureAwait(false);
            return target;
        }
        catch (DownloadFailedException failure)
        {
            string asked = _options.Mirror is null ? "" : $"the mirror was asked for '{WeightsAddress.OnMirror(source.Address, _options.Mirror)}', and ";
            throw new WeightsUnavailableException(source.Address, asked + failure.Message, target, source.Sha256Prefix, failure.InnerException);
        }
    }

    private static WeightsUnavailableException IsOffline(WeightsSource.Published source, string target)
    {
        string found = File.Exists(target) ? "the file at that path has another hash" : "they are not there";
        return new WeightsUnavailableException(
            source.Address,
            $"{found}, and no request was made, since the store is offline " +
            $"({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.Offline)} or {DownloadVariables.Offline}=1)",
            target, source.Sha256Prefix);
    }
}
