using System.Buffers;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>Images listed in a CSV file, one a row: a path, its class, classes or numbers, and optionally the side of the split.</summary>
public sealed class CsvManifest : IDatasetSource, IPresplitSource, ILendingSource
{
    private readonly List<ManifestRow> _rows;
    private readonly string? _splitColumn;

    private CsvManifest(string path, List<ManifestRow> rows, CsvManifestOptions options)
    {
        FullPath = path;
        _rows = rows;
        _splitColumn = options.SplitColumn;
        var labels = new LabelIndex(options.FlagColumns.Concat(rows.SelectMany(row => row.Labels)));
        bool areNumbers = options.ValueColumns.Count > 0;
        Classes = areNumbers ? [.. options.ValueColumns] : labels.Classes;
        Samples = [.. rows.Select(row => new Sample(row.Path, TargetOf(row)))];

        Target TargetOf(ManifestRow row)
        {
            if (areNumbers)
                return Target.Values(row.Values);
            bool several = options.LabelSeparator is not null || options.FlagColumns.Count > 0;
            return several ? Target.Labels(row.Labels.Select(label => labels[label])) : Target.Class(labels[row.Labels[0]]);
        }
    }

    /// <summary>The manifest's full path.</summary>
    public string FullPath { get; }

    /// <inheritdoc/>
    /// <remarks>The labels that occur, or the columns of flags, in ordinal order; or the columns of numbers, in the order of the options.</remarks>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    /// <remarks>Every row, on whichever side of a split; a sample's name is the full path of its file.</remarks>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Reads a manifest: UTF-8, the names of the columns in the first line, paths relative to the manifest's folder.</summary>
    /// <remarks>Absolute paths and <c>..</c> lead anywhere, unless <see cref="CsvManifestOptions.ConfinePaths"/> is set. A manifest has at most 512 MiB, a row
    /// 1 MiB.</remarks>
    /// <param name="path">The manifest.</param>
    /// <param name="options">How it is laid out.</param>
    /// <returns>The source; no image is opened yet.</returns>
    /// <exception cref="ArgumentException">The options name columns of several kinds of targets.</exception>
    /// <exception cref="FileNotFoundException">The manifest does not exist.</exception>
    /// <exception cref="InvalidDataException">A column or a field is missing, a flag or a number is none, an image does not exist or has two rows, there
    /// are no rows, or it is not UTF-8 or too large; names the line.</exception>
    /// <exception cref="IOException">The manifest cannot be read, or is a pipe, a socket or a device.</exception>
    public static CsvManifest Open(string path, CsvManifestOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new CsvManifestOptions();
        if (new[] { options.LabelSeparator is not null, options.FlagColumns.Count > 0, options.ValueColumns.Count > 0 }.Count(isSet => isSet) > 1)
        {
            throw new ArgumentException(
                $"{nameof(options.LabelSeparator)}, {nameof(options.FlagColumns)} and {nameof(options.ValueColumns)} exclude one another; set one.",
                nameof(options));
        }
        string file = Path.GetFullPath(path);
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no manifest '{file}'; a CSV file is expected.", file);

        List<ManifestRow> rows = ManifestReader.ReadAll(file, options);
        return rows.Count > 0
            ? new CsvManifest(file, rows, options)
            : throw new InvalidDataException($"'{file}' has no rows below its first line; one an image is expected.");
    }

    /// <summary>Takes the rows of two values of the split column as the sides of a split; rows with other values are left out.</summary>
    /// <param name="training">The value of the rows that are learned from.</param>
    /// <param name="validation">The value of the rows that are held out.</param>
    /// <returns>Both sides, with all classes of the manifest.</returns>
    /// <exception cref="ArgumentException">The two values are the same.</exception>
    /// <exception cref="InvalidOperationException">The options name no split column.</exception>
    /// <exception cref="InvalidDataException">No row has one of the values.</exception>
    public DatasetSplit SplitByColumn(string training = "train", string validation = "val")
    {
        if (_splitColumn is null)
            throw new InvalidOperationException(
                $"'{FullPath}' was opened without a split column; name it in {nameof(CsvManifestOptions)}.{nameof(CsvManifestOptions.SplitColumn)}.");
        if (training == validation)
            throw new ArgumentException($"Training and validation are both '{training}'; the held-out rows need a value of their own.", nameof(validation));
        return new DatasetSplit(RowsOf(training), RowsOf(validation));
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Load(int index) => RegularFile.ReadAllBytes(_rows[index].Path);

    IMemoryOwner<byte> ILendingSource.Lend(int index) => EncodedBytes.OfFile(_rows[index].Path);

    DatasetSplit? IPresplitSource.GetOwnSplit()
    {
        if (_splitColumn is null)
            return null;
        return SplitNames.Find(SplitValues()) is var (training, validation)
            ? SplitByColumn(training, validation)
            : throw new InvalidDataException(
                $"The column '{_splitColumn}' of '{FullPath}' names no two sides such as train and val; "
                + $"it has {string.Join(", ", SplitValues())}. Use {nameof(SplitByColumn)}.");
    }

    private Subset RowsOf(string side)
    {
        int[] indices = [.. Enumerable.Range(0, _rows.Count).Where(index => _rows[index].Split == side)];
        return indices.Length > 0
            ? new Subset(this, indices)
            : throw new InvalidDataException($"No row of '{FullPath}' has '{side}' in the column '{_splitColumn}'; it has {string.Join(", ", SplitValues())}.");
    }

    private string[] SplitValues() => [.. _rows.Select(row => row.Split!).Distinct()];
}

/// <summary>How a manifest is laid out.</summary>
/// <remarks>The targets are one class an image (<see cref="LabelColumn"/>), any number of classes (<see cref="LabelSeparator"/> or <see
/// cref="FlagColumns"/>), or numbers (<see cref="ValueColumns"/>).</remarks>
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

    /// <summary>The names of columns that hold 1 where an image is of the class that the column is named after, and 0 where it is not; in place of <see
    /// cref="LabelColumn"/>.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> FlagColumns { get; init; } = [];

    /// <summary>The names of columns that hold the numbers to learn, with a point before the decimals; in place of <see cref="LabelColumn"/>.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> ValueColumns { get; init; } = [];

    /// <summary>The name of the column that says which side of the split an image is on; null where there is none.</summary>
    /// <value>Null.</value>
    public string? SplitColumn { get; init; }

    /// <summary>Whether images must lie within the manifest's folder, once <c>..</c> and links are followed; for manifests of others.</summary>
    /// <value>False.</value>
    public bool ConfinePaths { get; init; }

    /// <summary>What stands between two fields; an ASCII character.</summary>
    /// <value>A comma.</value>
    public char Delimiter { get; init; } = ',';
}
