using TransferLearning.Backbones;

namespace TransferLearning.Weights.Downloads;

/// <summary>Downloads one file; it appears under its name only when whole and of the right hash.</summary>
internal sealed class WeightsDownload(WeightsSource.Published source, string target, WeightsStoreOptions options)
{
    private int _attempts;

    /// <summary>Saves what the address sends, or finds that another thread or process has.</summary>
    /// <exception cref="WeightsUnavailableException">The server cannot be reached, refuses, breaks off, or sends a file of another hash; or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public void Run(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using IDisposable held = DownloadLock.Take(target + ".lock", options.TimeProvider, cancellationToken);
            if (!IsThere(cancellationToken))
                Download(progress, cancellationToken);
        }
        catch (FailedAttemptException failure)
        {
            throw Unavailable(failure.Message, failure.InnerException);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"the folder cannot be written: {failure.Message}", failure);
        }
    }

    private bool IsThere(CancellationToken cancellationToken) => File.Exists(target) && Sha256Check.Fits(target, source.Sha256Prefix, cancellationToken);

    private void Download(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var partial = new PartialFile(target, cancellationToken);
        var attempt = new DownloadAttempt(source, partial, options, progress);
        DownloadRetries.Of(options).Execute(
            token =>
            {
                _attempts++;
                attempt.Run(token);
            },
            cancellationToken);
        partial.MoveToTarget();
    }

    private WeightsUnavailableException Unavailable(string reason, Exception? cause)
    {
        string asked = options.Mirror is null ? "" : $"the mirror was asked for '{WeightsAddress.OnMirror(source.Address, options.Mirror)}', and ";
        string repeated = _attempts > 1 ? $", at the last of {_attempts} attempts" : "";
        return new WeightsUnavailableException(source.Address, asked + reason.TrimEnd('.') + repeated, target, source.Sha256Prefix, cause);
    }
}
