namespace TransferLearning.Published.Downloads;

/// <summary>Downloads one file; it appears under its name only when whole and of the right hash.</summary>
internal sealed class WeightsDownload(DownloadRequest request, string target, string lockFile, WeightsStoreOptions options)
{
    /// <summary>Saves what the address sends, or finds that another thread or process has.</summary>
    /// <exception cref="DownloadFailedException">The server cannot be reached, refuses, breaks off, or sends a file of another hash; or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public void Run(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.CreateDirectory(Path.GetDirectoryName(lockFile)!);
            using IDisposable held = DownloadLock.Take(lockFile, options.TimeProvider, cancellationToken);
            if (!(File.Exists(target) && request.Digest.Fits(target, cancellationToken)))
                Download(progress, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DownloadFailedException($"the folder cannot be written: {failure.Message}", failure);
        }
    }

    private void Download(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var partial = new PartialFile(target, request.Digest, cancellationToken);
        var attempt = new DownloadAttempt(request, partial, options, progress);
        DownloadRetries.Run(options, request.Address, attempt.Run, cancellationToken);
        partial.MoveToTarget();
    }
}
