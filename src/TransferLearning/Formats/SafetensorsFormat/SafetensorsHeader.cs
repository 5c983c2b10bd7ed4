using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>The JSON header of a safetensors file, read strictly: no key twice, no key unknown, no part missing.</summary>
/// <remarks>Source: "Format" in https://github.com/huggingface/safetensors.</remarks>
internal static class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    private const int Alignment = 8;

    private static readonly SafetensorsJson _json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidDataException">It is not such JSON.</exception>
    public static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            OrderedDictionary<string, JsonElement> header = JsonSerializer.Deserialize(json, _json.OrderedDictionaryStringJsonElement)!;
            Dictionary<string, string>? metadata = header.Remove(MetadataKey, out JsonElement notes) ? notes.Deserialize(_json.DictionaryStringString) : [];
            if (metadata is null || metadata.ContainsValue(null!))
                throw new JsonException($"'{MetadataKey}' has a value that is null, where text belongs.");
            return ([.. header.Select(tensor => Entry(tensor.Key, tensor.Value.Deserialize(_json.TensorFields)))], metadata);
        }
        // Text that is not UTF-8 is reported as an invalid operation.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"its header is not the JSON of a safetensors file: {exception.Message}", exception);
        }
    }

    /// <summary>The bytes of a header; spaces at its end align the data.</summary>
    public static byte[] Format(IEnumerable<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new OrderedDictionary<string, JsonElement>();
        if (metadata.Count > 0)
            header.Add(MetadataKey, JsonSerializer.SerializeToElement(new(metadata), _json.DictionaryStringString));
        foreach ((string name, ScalarType type, long[] shape, long start, long end) in entries)
            header.Add(name, JsonSerializer.SerializeToElement(new(SafetensorsType.Name(type), shape, [start, end]), _json.TensorFields));

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, _json.OrderedDictionaryStringJsonElement);
        int padding = (Alignment - json.Length % Alignment) % Alignment;
        return [.. json, .. Enumerable.Repeat((byte)' ', padding)];
    }

    private static SafetensorsEntry Entry(string name, TensorFields? fields)
    {
        if (fields is not { DataOffsets: [>= 0 and var start, >= 0 and var end] } || fields.Shape.Any(side => side < 0))
            throw new InvalidDataException($"its header gives tensor '{name}' a negative side or offset, or not two data_offsets");
        return new SafetensorsEntry(name, SafetensorsType.Parse(fields.Dtype), fields.Shape, start, end);
    }
}

/// <summary>What a header says of one tensor.</summary>
internal sealed record TensorFields(string Dtype, long[] Shape, long[] DataOffsets);

/// <summary>Reads and writes headers without reflection.</summary>
[JsonSerializable(typeof(OrderedDictionary<string, JsonElement>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(TensorFields))]
internal sealed partial class SafetensorsJson : JsonSerializerContext;
