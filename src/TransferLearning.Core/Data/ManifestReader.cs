using System.Globalization;
using nietras.SeparatedValues;

namespace TransferLearning.Data;

/// <summary>Reads a manifest row by row; every error names the file and the line.</summary>
internal sealed class ManifestReader
{
    private const char Quote = '"';

    private readonly string _file;
    private readonly string[] _headers = [];
    private readonly List<(int Line, string[] Fields)> _rows = [];

    private ManifestReader(string file, char delimiter)
    {
        _file = file;
        using SepReader csv = Sep.New(delimiter).Reader(options => options with { HasHeader = false, DisableColCountCheck = true }).FromFile(file);
        foreach (SepReader.Row row in csv)
        {
            if (row.Span.IsWhiteSpace())
                continue;
            if (_headers.Length == 0)
                _headers = Fields(row, line: 1);
            else
                _rows.Add((row.LineNumberFrom, Fields(row, row.LineNumberFrom)));
        }
    }

    /// <exception cref="InvalidDataException">The manifest does not fit its options, or names a file that does not exist.</exception>
    public static List<ManifestRow> ReadAll(string file, CsvManifestOptions options)
    {
        var manifest = new ManifestReader(file, options.Delimiter);
        int path = manifest.Column(options.PathColumn);
        int[] values = [.. options.ValueColumns.Select(manifest.Column)];
        int[] flags = [.. options.FlagColumns.Select(manifest.Column)];
        int? label = values.Length + flags.Length == 0 ? manifest.Column(options.LabelColumn) : null;
        int? split = options.SplitColumn is { } name ? manifest.Column(name) : null;
        return [.. manifest._rows.Select(row => new ManifestRow(
            manifest.ExistingFile(row.Line, manifest.Field(row, path)),
            label is { } column
                ? manifest.Labels(row, column, options.LabelSeparator)
                : [.. flags.Where(flag => manifest.Flag(row, flag)).Select(flag => manifest._headers[flag])],
            [.. values.Select(value => manifest.Number(row, value))],
            split is { } side ? manifest.Field(row, side) : null))];
    }

    private string[] Fields(SepReader.Row row, int line)
    {
        if (_headers.Length > 0 && row.ColCount != _headers.Length)
            throw Error(line, $"The row has {row.ColCount} fields; there are {_headers.Length} columns.");

        var fields = new string[row.ColCount];
        for (int column = 0; column < fields.Length; column++)
            fields[column] = Unquoted(row[column].Span.Trim(), line);
        return fields;
    }

    /// <summary>Source: RFC 4180, 2.5 to 2.7: a field with a quote is quoted as a whole, and its quotes are doubled.</summary>
    private string Unquoted(ReadOnlySpan<char> field, int line)
    {
        if (!field.Contains(Quote))
            return field.ToString();

        string content = field is [Quote, .., Quote] ? field[1..^1].ToString() : field.ToString();
        if (content.Length == field.Length || content.Replace("\"\"", "").Contains(Quote))
            throw Error(line, $"The field {field} has a quote that is not closed, not doubled, or not around the whole field.");
        return content.Replace("\"\"", "\"");
    }

    private int Column(string name)
    {
        int column = Array.FindIndex(_headers, header => header.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (column >= 0)
            return column;
        string found = _headers.Length == 0 ? "the file is empty" : $"the columns are {string.Join(", ", _headers.Select(header => $"'{header}'"))}";
        throw Error(line: 1, $"There is no column '{name}'; {found}.");
    }

    private string Field((int Line, string[] Fields) row, int column) =>
        row.Fields[column] is { Length: > 0 } field ? field : throw Error(row.Line, $"The column '{_headers[column]}' is empty.");

    private string[] Labels((int Line, string[] Fields) row, int column, char? separator) => separator is { } character
        ? row.Fields[column].Split(character, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [Field(row, column)];

    private bool Flag((int Line, string[] Fields) row, int column) => Field(row, column) switch
    {
        "0" => false,
        "1" => true,
        string other => throw Error(row.Line, $"The column '{_headers[column]}' holds '{other}'; 0 or 1 is expected."),
    };

    private double Number((int Line, string[] Fields) row, int column) =>
        double.TryParse(Field(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw Error(row.Line, $"The column '{_headers[column]}' holds '{Field(row, column)}'; a finite number such as -1.5 is expected.");

    private string ExistingFile(int line, string relative)
    {
        string path = Path.GetFullPath(relative, Path.GetDirectoryName(_file)!);
        return File.Exists(path) ? path : throw Error(line, $"There is no file '{path}'; paths are relative to the manifest's folder.");
    }

    private InvalidDataException Error(int line, string problem) => new($"'{_file}', line {line}: {problem}");
}
