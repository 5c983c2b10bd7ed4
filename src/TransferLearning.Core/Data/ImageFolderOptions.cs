namespace TransferLearning.Data;

/// <summary>What an image folder accepts.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Whether a class folder without a single image is a class all the same, rather than an error.</summary>
    /// <value>False.</value>
    public bool AllowEmptyClasses { get; init; }
}
