namespace TransferLearning.Published.Downloads;

/// <summary>A file to ask for.</summary>
/// <param name="Address">Where.</param>
/// <param name="Digest">What its hash must be.</param>
internal sealed record DownloadRequest(Uri Address, FileDigest Digest)
{
    /// <summary>Gives the request its headers, and so each request that a server sends it on to.</summary>
    public Action<HttpRequestMessage> Prepare { get; init; } = _ => { };
}
