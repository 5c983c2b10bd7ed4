namespace TransferLearning.Data;

/// <summary>How a manifest is laid out.</summary>
public sealed record CsvManifestOptions
{
    /// <summary>The name of the column that holds the paths.</summary>
    /// <value>"path".</value>
    public string PathColumn { get; init; } = "path";

    /// <summary>The name of the column that holds the class names.</summary>
    /// <value>"label".</value>
    public string LabelColumn { get; init; } = "label";

    /// <summary>The name of the column that says which side of the split an image is on; null where there is none.</summary>
    /// <value>Null.</value>
    public string? SplitColumn { get; init; }

    /// <summary>What stands between two fields; an ASCII character.</summary>
    /// <value>A comma.</value>
    public char Delimiter { get; init; } = ',';
}
