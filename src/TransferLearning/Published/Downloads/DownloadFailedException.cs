namespace TransferLearning.Published.Downloads;

/// <summary>A file cannot be fetched, all attempts long; whoever asked for it adds what to do.</summary>
/// <param name="reason">What came.</param>
/// <param name="cause">What reported it first, where something did.</param>
internal sealed class DownloadFailedException(string reason, Exception? cause) : Exception(reason.TrimEnd('.'), cause);
