using System.Globalization;
using TransferLearning.Internal;

namespace TransferLearning.Formats.Onnx;

/// <summary>Tensors' data in other files, which must be regular ones in the folder of the file that names them.</summary>
/// <param name="path">The file that names them.</param>
internal sealed class ExternalData(string path)
{
    public const string LocationKey = "location";
    public const string OffsetKey = "offset";
    public const string LengthKey = "length";

    // No file system has longer ones.
    private const int LongestName = 255;

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    // Not every system tells names by their letters' case.
    private readonly Dictionary<string, long> _lengths = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The bytes of all files that were found so far.</summary>
    public long Length => _lengths.Values.Sum();

    /// <summary>Finds a tensor's data; no file is opened.</summary>
    /// <param name="entries">What the tensor says of them.</param>
    /// <param name="byteCount">The number of bytes that it takes.</param>
    /// <exception cref="InvalidDataException">The place is no part of a regular file in the folder.</exception>
    public (string Path, long Offset) Find(IEnumerable<StringStringEntryProto> entries, long byteCount)
    {
        var place = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in entries)
        {
            if (!place.TryAdd(entry.Key, entry.Value))
                throw new InvalidDataException($"its external_data says '{entry.Key}' twice");
        }

        string name = place.GetValueOrDefault(LocationKey, "");
        long offset = Number(place, OffsetKey, 0);
        long length = Number(place, LengthKey, byteCount);
        string file = FileOf(name);
        if (length != byteCount)
            throw new InvalidDataException($"its external_data has the length {length}; its type and shape ask for {byteCount}");
        if (offset > _lengths[name] || length > _lengths[name] - offset)
        {
            throw new InvalidDataException(
                $"its data are {length} bytes from byte {offset} of '{name}', which has {_lengths[name]}; it is cut short, or another model's");
        }
        return (file, offset);
    }

    private string FileOf(string name)
    {
        bool isPlain = name is not ([] or [.., '.' or ' ']) && name.Length <= LongestName;
        if (!isPlain || name.Any(letter => letter is '/' or '\\' or ':' || char.IsControl(letter)))
            throw new InvalidDataException($"the name of a file in the same folder is expected for its data, no other path is followed, and it has '{name}'");

        var file = new FileInfo(Path.Combine(_folder, name));
        if (file.LinkTarget is not null)
            throw new InvalidDataException($"its data are in '{name}', which is a link; a file in the same folder is expected, and no link is followed");
        if (!file.Exists)
            throw new InvalidDataException($"its data are in '{name}', and there is no such file in '{_folder}'; such a file belongs beside the model");
        RegularFile.Require(file.FullName);
        _lengths[name] = file.Length;
        return file.FullName;
    }

    private static long Number(Dictionary<string, string> place, string key, long absent) => !place.TryGetValue(key, out string? text)
        ? absent
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new InvalidDataException($"its external_data has the {key} '{text}'; a number of bytes is expected");
}
