namespace TransferLearning.Weights.Downloads;

/// <summary>A file cannot be fetched, all attempts long; whoever asked for it adds what to do.</summary>
/// <param name="reason">What came.</param>
/// <param name="cause">What reported it first, where something did.</param>
internal sealed class DownloadFailedException(string reason, Exception? cause) : Exception(reason.TrimEnd('.'), cause)
{
    /// <summary>What the last of several attempts gave.</summary>
    public static DownloadFailedException After(int attempts, FailedAttemptException last) =>
        new(last.Message + (attempts > 1 ? $", at the last of {attempts} attempts" : ""), last.InnerException);
}
