namespace TransferLearning.Data;

/// <summary>How a manifest is laid out.</summary>
/// <remarks>
/// The targets are one class an image (<see cref="LabelColumn"/>), any number of classes (<see cref="LabelSeparator"/>
/// or <see cref="FlagColumns"/>), or numbers (<see cref="ValueColumns"/>).
/// </remarks>
public sealed record CsvManifestOptions
{
    /// <summary>The name of the column that holds the paths.</summary>
    /// <value>"path".</value>
    public string PathColumn { get; init; } = "path";

    /// <summary>The name of the column that holds the class names.</summary>
    /// <value>"label".</value>
    public string LabelColumn { get; init; } = "label";

    /// <summary>What stands between the class names of one image, as in <c>beach|sunset</c>; an empty field is an image of no class.</summary>
    /// <value>Null: an image is of exactly one class.</value>
    public char? LabelSeparator { get; init; }

    /// <summary>
    /// The names of columns that hold 1 where an image is of the class that the column is named after, and 0 where it
    /// is not; in place of <see cref="LabelColumn"/>.
    /// </summary>
    /// <value>None.</value>
    public IReadOnlyList<string> FlagColumns { get; init; } = [];

    /// <summary>The names of columns that hold the numbers to learn, with a point before the decimals; in place of <see cref="LabelColumn"/>.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> ValueColumns { get; init; } = [];

    /// <summary>The name of the column that says which side of the split an image is on; null where there is none.</summary>
    /// <value>Null.</value>
    public string? SplitColumn { get; init; }

    /// <summary>What stands between two fields; an ASCII character.</summary>
    /// <value>A comma.</value>
    public char Delimiter { get; init; } = ',';
}
