using System.Globalization;
using System.Text.Unicode;
using nietras.SeparatedValues;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>Reads a manifest row by row; every error names the file and the line.</summary>
internal sealed class ManifestReader
{
    private const char Quote = '"';
    private const int MostBytes = 1 << 29;
    private const int MostBytesOfRow = 1 << 20;

    private readonly string _file;
    private readonly CsvManifestOptions _options;
    private readonly Dictionary<string, int> _lineOf = []; // of each image
    private string[] _headers = [];

    // Of the row that is read.
    private int _line = 1;
    private string[] _fields = [];

    private ManifestReader(string file, CsvManifestOptions options) => (_file, _options) = (file, options);

    /// <exception cref="InvalidDataException">The manifest does not fit its options, or names a file that does not exist.</exception>
    public static List<ManifestRow> ReadAll(string file, CsvManifestOptions options) => new ManifestReader(file, options).Rows();

    private List<ManifestRow> Rows()
    {
        byte[] content = Content();
        _line = 1;
        using SepReader csv = Sep.New(_options.Delimiter).Reader(options => options with { HasHeader = false, DisableColCountCheck = true }).From(content);
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

    /// <summary>Reads the file, of which each line is checked before it is decoded.</summary>
    private byte[] Content()
    {
        using FileStream file = RegularFile.Open(_file, bufferSize: 0);
        if (file.Length > MostBytes)
            throw new InvalidDataException($"'{_file}' has {file.Length} bytes; a manifest has at most {MostBytes}.");
        byte[] content = new byte[file.Length];
        content = content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];

        (int row, int firstLine, bool isQuoted) = (0, 1, false); // a row's bytes so far; it may have several lines, within quotes
        for (ReadOnlySpan<byte> rest = content; rest.Length > 0; _line++)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..(end + 1)];
            rest = rest[line.Length..];
            isQuoted ^= int.IsOddInteger(line.Count((byte)Quote));
            row += line.Length;
            if (row > MostBytesOfRow)
            {
                _line = firstLine;
                throw Error($"The row has more than {MostBytesOfRow} bytes; there may be a quote that is not closed.");
            }
            if (!Utf8.IsValid(line))
                throw Error("The line is not valid UTF-8; save the manifest as UTF-8, rather than Latin-1 or UTF-16, say.");
            if (line.Contains((byte)0))
                throw Error("The line holds a NUL character, which no path or name can have.");
            if (!isQuoted)
                (row, firstLine) = (0, _line + 1);
        }
        return content;
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
            return new ManifestRow(NewImage(ExistingFile(Field(path))), labels, [.. values.Select(Value)], split is { } wanted ? Field(wanted) : null);
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

    private string NewImage(string path) => _lineOf.TryAdd(path, _line)
        ? path
        : throw Error($"'{path}' is in line {_lineOf[path]} too; an image has one row, for else it could be learned from and held out at once. Several "
            + $"classes go into one row, by {nameof(CsvManifestOptions.LabelSeparator)} or {nameof(CsvManifestOptions.FlagColumns)}.");

    private string ExistingFile(string relative)
    {
        string folder = Path.GetDirectoryName(_file)!;
        string path = Path.GetFullPath(relative, folder);
        if (!File.Exists(path))
            throw Error($"There is no file '{path}'; paths are relative to the manifest's folder.");
        if (_options.ConfinePaths && !RealPath.Of(path).StartsWith(Path.Join(RealPath.Of(folder), $"{Path.DirectorySeparatorChar}"), StringComparison.Ordinal))
            throw Error($"'{path}' is outside of the manifest's folder, to which {nameof(CsvManifestOptions.ConfinePaths)} confines its images.");
        return path;
    }

    private InvalidDataException Error(string problem) => new(PrintableText.Of($"'{_file}', line {_line}: {problem}"));
}

/// <summary>One image of a manifest.</summary>
/// <param name="Path">The image's full path.</param>
/// <param name="Labels">Its classes; none where numbers are the targets.</param>
/// <param name="Values">Its numbers; none where classes are the targets.</param>
/// <param name="Split">Its side of the split; null if the manifest has no split column.</param>
internal sealed record ManifestRow(string Path, IReadOnlyList<string> Labels, IReadOnlyList<double> Values, string? Split);
