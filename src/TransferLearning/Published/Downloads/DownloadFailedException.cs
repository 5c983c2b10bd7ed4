namespace TransferLearning.Published.Downloads;

/// <summary>A file cannot be fetched, all attempts long; whoever asked for it adds what to do.</summary>
/// <param name="reason">What came.</param>
/// <param name="cause">The exception that reported it first.</param>
internal sealed class DownloadFailedException(string reason, Exception? cause) : Exception(reason.TrimEnd('.'), cause);

/// <summary>One attempt at a download failed.</summary>
/// <param name="reason">What came.</param>
/// <param name="mayPass">Whether the same request may succeed later.</param>
/// <param name="retryAfter">How long the server asks to wait, where it does.</param>
/// <param name="cause">The exception that reported it first.</param>
internal sealed class FailedAttemptException(string reason, bool mayPass, TimeSpan? retryAfter = null, Exception? cause = null)
    : Exception(reason.TrimEnd('.'), cause)
{
    public bool MayPass => mayPass;

    public TimeSpan? RetryAfter => retryAfter;
}
