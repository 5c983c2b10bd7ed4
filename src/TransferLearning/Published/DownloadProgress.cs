namespace TransferLearning.Published;

/// <summary>How far a download is.</summary>
public sealed record DownloadProgress
{
    /// <summary>Where it is downloaded from: the published address, or the mirror's, without user, query and fragment.</summary>
    public required Uri Address { get; init; }

    /// <summary>The bytes so far, with those of earlier attempts; fewer than before where a download starts over.</summary>
    public required long Received { get; init; }

    /// <summary>All bytes.</summary>
    /// <value>Null where the server does not say.</value>
    public required long? Total { get; init; }
}
