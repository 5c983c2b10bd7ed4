namespace TransferLearning.Weights;

/// <summary>How far a download is.</summary>
/// <param name="Address">What is downloaded.</param>
/// <param name="Received">The bytes so far.</param>
/// <param name="Total">All bytes; null where the server does not say.</param>
public sealed record DownloadProgress(Uri Address, long Received, long? Total);
