using System.Globalization;
using nietras.SeparatedValues;

namespace TransferLearning.Data;

/// <summary>Reads a manifest row by row; every error names the file and the line.</summary>
internal sealed class ManifestReader
{
    private const char Quote = '"';

    private readonly string _file;
    private readonly CsvManifestOptions _options;
    private string[] _headers = [];

    // Of the row that is read.
    private int _line = 1;
    private string[] _fields = [];

    private ManifestReader(string file, CsvManifestOptions options) => (_file, _options) = (file, options);

    /// <exception cref="InvalidDataException">The manifest does not fit its options, or names a file that does not exist.</exception>
    public static List<ManifestRow> ReadAll(string file, CsvManifestOptions options) => new ManifestReader(file, options).Rows();

    private List<ManifestRow> Rows()
    {
        using SepReader csv = Sep.New(_options.Delimiter).Reader(options => options with { HasHeader = false, DisableColCountCheck = true }).FromFile(_file);
        var rows = new List<ManifestRow>();
        Func<ManifestRow>? read = null;
        foreach (SepReader.Row row in csv)
        {
            if (row.Span.IsWhiteSpace())
                continue;

            _line = read is null ? 1 : row.LineNumberFrom;
            _fields = Fields(row);
            if (read is null)
                read = ReadHeader();
            else
                rows.Add(read());
        }
        _ = read ?? ReadHeader();
        return rows;
    }

    /// <summary>Finds the columns that the options name.</summary>
    /// <returns>What makes a <see cref="ManifestRow"/> of the row that is read.</returns>
    private Func<ManifestRow> ReadHeader()
    {
        _headers = _fields;
        int path = Column(_options.PathColumn);
        int[] values = [.. _options.ValueColumns.Select(Column)];
        (string Name, int Column)[] flags = [.. _options.FlagColumns.Select(name => (name, Column(name)))];
        int? label = values.Length + flags.Length == 0 ? Column(_options.LabelColumn) : null;
        int? split = _options.SplitColumn is { } side ? Column(side) : null;
        return () =>
        {
            IReadOnlyList<string> labels = label is { } column ? Labels(column) : [.. flags.Where(flag => Flag(flag.Column)).Select(flag => flag.Name)];
            return new ManifestRow(ExistingFile(Field(path)), labels, [.. values.Select(Value)], split is { } wanted ? Field(wanted) : null);
        };
    }

    private string[] Fields(SepReader.Row row)
    {
        if (_headers.Length > 0 && row.ColCount != _headers.Length)
            throw Error($"The row has {row.ColCount} fields; there are {_headers.Length} columns.");

        var fields = new string[row.ColCount];
        for (int column = 0; column < fields.Length; column++)
            fields[column] = Unquoted(row[column].Span.Trim());
        return fields;
    }

    /// <summary>Source: RFC 4180, 2.5 to 2.7: a field with a quote is quoted as a whole, and its quotes are doubled.</summary>
    private string Unquoted(ReadOnlySpan<char> field)
    {
        if (!field.Contains(Quote))
            return field.ToString();

        string content = field is [Quote, .., Quote] ? field[1..^1].ToString() : field.ToString();
        if (content.Length == field.Length || content.Replace("\"\"", "").Contains(Quote))
            throw Error($"The field {field} has a quote that is not closed, not doubled, or not around the whole field.");
        return content.Replace("\"\"", "\"");
    }

    private string[] Labels(int column) => _options.LabelSeparator is { } separator
        ? _fields[column].Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [Field(column)];

    private bool Flag(int column) => Field(column) switch
    {
        "0" => false,
        "1" => true,
        string other => throw Error($"The column '{_headers[column]}' holds '{other}'; 0 or 1 is expected."),
    };

    private double Value(int column) =>
        double.TryParse(Field(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Error($"The column '{_headers[column]}' holds '{Field(column)}'; a finite number such as -1.5 is expected.");

    private int Column(string name)
    {
        int column = Array.FindIndex(_headers, header => header.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (column >= 0)
            return column;
        string found = _headers.Length == 0 ? "the file is empty" : $"the columns are {string.Join(", ", _headers.Select(header => $"'{header}'"))}";
        throw Error($"There is no column '{name}'; {found}.");
    }

    private string Field(int column) => _fields[column] is { Length: > 0 } value ? value : throw Error($"The column '{_headers[column]}' is empty.");

    private string ExistingFile(string relative)
    {
        string path = Path.GetFullPath(relative, Path.GetDirectoryName(_file)!);
        return File.Exists(path) ? path : throw Error($"There is no file '{path}'; paths are relative to the manifest's folder.");
    }

    private InvalidDataException Error(string problem) => new($"'{_file}', line {_line}: {problem}");
}

/// <summary>One image of a manifest.</summary>
/// <param name="Path">The image's full path.</param>
/// <param name="Labels">Its classes; none where numbers are the targets.</param>
/// <param name="Values">Its numbers; none where classes are the targets.</param>
/// <param name="Split">Its side of the split; null if the manifest has no split column.</param>
internal sealed record ManifestRow(string Path, IReadOnlyList<string> Labels, IReadOnlyList<double> Values, string? Split);
