namespace TransferLearning.Published.Downloads;

/// <summary>Downloads one file; it appears under its name only when whole and of the right hash.</summary>
internal sealed class WeightsDownload(DownloadRequest request, string target, string lockFile, WeightsStoreOptions options)
{
    /// <summary>Saves what the address sends, or finds that another thread or process has.</summary>
    /// <exception cref="DownloadFailedException">
    /// The server cannot be reached, refuses, breaks off, or sends a file of another hash; or the folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public async Task RunAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.CreateDirectory(Path.GetDirectoryName(lockFile)!);
            using IDisposable held = await DownloadLock.TakeAsync(lockFile, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (!(File.Exists(target) && request.Digest.Fits(target, cancellationToken)))
                await DownloadAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DownloadFailedException($"the folder cannot be written: {failure.Message}", failure);
        }
    }

    private async Task DownloadAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var partial = new PartialFile(target, request.Digest, cancellationToken);
        var attempt = new DownloadAttempt(request, partial, options, progress);
        await DownloadRetries.RunAsync(options, request.Address, attempt.RunAsync, cancellationToken).ConfigureAwait(false);
        partial.MoveToTarget();
    }
}

/// <summary>A file to ask for.</summary>
/// <param name="Address">Where.</param>
/// <param name="Digest">What its hash must be.</param>
internal sealed record DownloadRequest(Uri Address, FileDigest Digest)
{
    /// <summary>Gives the request its headers, and so each request that a server sends it on to.</summary>
    public Action<HttpRequestMessage> Prepare { get; init; } = _ => { };
}
