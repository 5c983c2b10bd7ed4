using System.Globalization;
using CsvHelper;

namespace TransferLearning.Data;

/// <summary>Reads a manifest row by row; every error names the file and the line.</summary>
internal sealed class ManifestReader
{
    private readonly string _file;
    private readonly CsvManifestOptions _options;
    private readonly CsvReader _csv;

    private ManifestReader(string file, CsvManifestOptions options, CsvReader csv)
    {
        _file = file;
        _options = options;
        _csv = csv;
    }

    /// <exception cref="InvalidDataException">The manifest does not fit its options, or names a file that does not exist.</exception>
    public static List<ManifestRow> ReadAll(string file, CsvManifestOptions options)
    {
        var csvOptions = new CsvReaderOptions
        {
            Separator = options.Delimiter,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
        };
        using CsvReader csv = CsvReader.FromFile(file, csvOptions);
        try
        {
            return [.. new ManifestReader(file, options, csv).Rows()];
        }
        catch (CsvFormatException error)
        {
            throw new InvalidDataException($"'{file}', line {error.LineNumber}: {error.Message}", error);
        }
    }

    private IEnumerable<ManifestRow> Rows()
    {
        int path = Column(_options.PathColumn);
        int[] values = [.. _options.ValueColumns.Select(Column)];
        int[] flags = [.. _options.FlagColumns.Select(Column)];
        int? label = values.Length + flags.Length == 0 ? Column(_options.LabelColumn) : null;
        int? split = _options.SplitColumn is { } name ? Column(name) : null;
        while (_csv.Read())
        {
            IReadOnlyList<string> labels = label is { } column ? Labels(column) : [.. flags.Where(Flag).Select(flag => _csv.Headers[flag])];
            yield return new ManifestRow(ExistingFile(Field(path)), labels, [.. values.Select(Value)], split is { } side ? Field(side) : null);
        }
    }

    private string[] Labels(int column) => _options.LabelSeparator is { } separator
        ? (_csv.GetString(column) ?? "").Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [Field(column)];

    private bool Flag(int column) => Field(column) switch
    {
        "0" => false,
        "1" => true,
        string other => throw new InvalidDataException($"{Here}: The column '{_csv.Headers[column]}' holds '{other}'; 0 or 1 is expected."),
    };

    private double Value(int column) =>
        double.TryParse(Field(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InvalidDataException($"{Here}: The column '{_csv.Headers[column]}' holds '{Field(column)}'; a finite number such as -1.5 is expected.");

    private int Column(string name)
    {
        if (_csv.TryGetFieldIndex(name, out int index))
            return index;
        string found = _csv.Headers.Count == 0 ? "the file is empty" : $"the columns are {string.Join(", ", _csv.Headers.Select(header => $"'{header}'"))}";
        throw new InvalidDataException($"'{_file}', line 1: There is no column '{name}'; {found}.");
    }

    private string Field(int column) => _csv.GetString(column) is { Length: > 0 } value
        ? value
        : throw new InvalidDataException($"{Here}: The column '{_csv.Headers[column]}' is empty.");

    private string ExistingFile(string relative)
    {
        string path = Path.GetFullPath(relative, Path.GetDirectoryName(_file)!);
        return File.Exists(path) ? path : throw new InvalidDataException($"{Here}: There is no file '{path}'; paths are relative to the manifest's folder.");
    }

    private string Here => $"'{_file}', line {_csv.LineNumber}";
}
