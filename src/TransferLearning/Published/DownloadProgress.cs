namespace TransferLearning.Published;

/// <summary>How far a download is.</summary>
/// <param name="Address">Where it is downloaded from: the published address, or the mirror's.</param>
/// <param name="Received">The bytes so far, with those of earlier attempts; fewer than before where a download starts over.</param>
/// <param name="Total">All bytes; null where the server does not say.</param>
public sealed record DownloadProgress(Uri Address, long Received, long? Total);
