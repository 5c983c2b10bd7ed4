using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>Writes safetensors: names in the given order, data with the widest elements first, so that each tensor lies aligned to its element.</summary>
internal static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    /// <summary>Writes the tensors.</summary>
    /// <exception cref="ArgumentException">A name comes twice or is reserved, or a type is unknown to the format.</exception>
    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        List<(SafetensorsEntry Entry, Tensor Tensor)> placed = Place(tensors);
        byte[] header = Header([.. placed.Select(item => item.Entry)], metadata);

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, Tensor tensor) in placed.OrderBy(item => item.Entry.Start).ThenBy(item => item.Entry.End))
        {
            using Tensor values = tensor.detach();
            using Tensor inMemory = values.cpu();
            using Tensor inOrder = inMemory.contiguous();
            TensorBytes.Write(inOrder, stream);
        }
    }

    private static List<(SafetensorsEntry, Tensor)> Place(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        long end = 0;
        foreach ((string name, Tensor tensor) in tensors.OrderByDescending(item => TensorBytes.ElementSize(item.Tensor.dtype)))
        {
            if (name == SafetensorsHeader.MetadataKey || !starts.TryAdd(name, end))
            {
                throw new ArgumentException(
                    $"A tensor cannot be named '{name}': the name is " +
                    $"{(starts.ContainsKey(name) ? "taken by another" : "the format's own")}.", nameof(tensors));
            }
            end += tensor.numel() * TensorBytes.ElementSize(tensor.dtype);
        }

        return [.. tensors.Select(item => (Entry(item.Name, item.Tensor, starts[item.Name]), item.Tensor))];
    }

    private static SafetensorsEntry Entry(string name, Tensor tensor, long start) =>
        new(name, tensor.dtype, tensor.shape, start, start + tensor.numel() * TensorBytes.ElementSize(tensor.dtype));

    private static byte[] Header(List<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            entries.ForEach(entry => WriteEntry(json, entry));
            json.WriteEndObject();
        }

        // The format asks for spaces here, so that the data begins aligned.
        while (buffer.Length % HeaderAlignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return;
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsType.Name(entry.Type));
        WriteNumbers(json, "shape", entry.Shape);
        WriteNumbers(json, "data_offsets", [entry.Start, entry.End]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
