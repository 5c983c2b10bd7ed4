using System.Text.Json;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>The JSON header of a safetensors file, read strictly: no key twice, no key unknown, no part missing.</summary>
/// <remarks>Source: "Format" in https://github.com/huggingface/safetensors.</remarks>
internal ref struct SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    private Utf8JsonReader _json;

    private SafetensorsHeader(ReadOnlySpan<byte> json) => _json = new Utf8JsonReader(json);

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidDataException">It is not such JSON.</exception>
    public static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return new SafetensorsHeader(json).Read();
        }
        // Utf8JsonReader reports text that is not UTF-8, and a value of another kind, as invalid operations.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"its header is not the JSON of a safetensors file: {exception.Message}", exception);
        }
    }

    private (List<SafetensorsEntry>, Dictionary<string, string>) Read()
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Expect(JsonTokenType.StartObject);
        while (NextKey(seen) is { } name)
        {
            if (name == MetadataKey)
                ReadMetadata(metadata);
            else
                entries.Add(ReadEntry(name));
        }

        if (_json.Read())
            throw new InvalidDataException("its header goes on after its end");
        return (entries, metadata);
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Expect(JsonTokenType.StartObject);
        while (NextKey(seen) is { } key)
        {
            Expect(JsonTokenType.String);
            metadata.Add(key, _json.GetString()!);
        }
    }

    private SafetensorsEntry ReadEntry(string name)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Expect(JsonTokenType.StartObject);
        while (NextKey(seen) is { } key)
        {
            switch (key)
            {
                case "dtype":
                    Expect(JsonTokenType.String);
                    type = _json.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers();
                    break;
                case "data_offsets":
                    offsets = ReadNumbers();
                    break;
                default:
                    throw new InvalidDataException($"its header gives tensor '{name}' the entry '{key}'; a tensor has dtype, shape and data_offsets");
            }
        }

        if (type is null || shape is null || offsets is not [long start, long end])
            throw new InvalidDataException($"its header gives tensor '{name}' no dtype, no shape or not two data_offsets");
        return new SafetensorsEntry(name, SafetensorsType.Parse(type), shape, start, end);
    }

    private long[] ReadNumbers()
    {
        var numbers = new List<long>();
        Expect(JsonTokenType.StartArray);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!_json.TryGetInt64(out long number) || number < 0)
                throw new InvalidDataException("its header has a size or offset that is negative, no whole number, or beyond 64 bits");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private string? NextKey(HashSet<string> seen)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
            return null;
        string key = _json.GetString()!;
        return seen.Add(key) ? key : throw new InvalidDataException($"its header has the key '{key}' twice");
    }

    private void Expect(JsonTokenType expected)
    {
        if (!_json.Read() || _json.TokenType != expected)
            throw new InvalidDataException($"its header has {_json.TokenType} at byte {_json.TokenStartIndex} where {expected} belongs");
    }
}
