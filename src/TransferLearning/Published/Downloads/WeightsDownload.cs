namespace TransferLearning.Published.Downloads;

/// <summary>Downloads one file; it appears under its name only when whole and of the right hash.</summary>
/// <param name="request">What to ask for.</param>
/// <param name="target">The file's path.</param>
/// <param name="lockFile">Held while it is downloaded.</param>
/// <param name="isThere">Whether what was asked for is there already; asked while the lock is held.</param>
/// <param name="options">How to ask.</param>
internal sealed class WeightsDownload(DownloadRequest request, string target, string lockFile, Func<bool> isThere, WeightsStoreOptions options)
{
    /// <summary>Saves what the address sends, or finds that another thread or process has.</summary>
    /// <exception cref="DownloadFailedException">
    /// The server cannot be reached, refuses, breaks off, or sends a file of another hash or above the most bytes; the lock is not let go of;
    /// or the folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public async Task RunAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.CreateDirectory(Path.GetDirectoryName(lockFile)!);
            using IDisposable held = await DownloadLock.TakeAsync(lockFile, options, cancellationToken).ConfigureAwait(false);
            if (!isThere())
                await DownloadAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DownloadFailedException($"the folder cannot be written: {failure.Message}", failure);
        }
    }

    private async Task DownloadAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var partial = new PartialFile(target, request.PartialExtension, request.Digest, cancellationToken);
        var attempt = new DownloadAttempt(request, partial, options, progress);
        await DownloadRetries.RunAsync(options, request.Address, attempt.RunAsync, cancellationToken).ConfigureAwait(false);
        request.Arrived(Convert.ToHexStringLower(partial.Hash));
        partial.MoveToTarget();
    }
}

/// <summary>A file to ask for.</summary>
/// <param name="Address">Where.</param>
/// <param name="Digest">What its hash must be.</param>
/// <param name="MostBytes">How large it is at most.</param>
internal sealed record DownloadRequest(Uri Address, FileDigest Digest, long MostBytes)
{
    /// <summary>What the file's name ends in until it is whole.</summary>
    public string PartialExtension { get; init; } = ".part";

    /// <summary>Told the hash of the whole, before it gets its name.</summary>
    public Action<string> Arrived { get; init; } = _ => { };

    /// <summary>Gives the request its headers, and so each request that a server sends it on to.</summary>
    public Action<HttpRequestMessage> Prepare { get; init; } = _ => { };
}
