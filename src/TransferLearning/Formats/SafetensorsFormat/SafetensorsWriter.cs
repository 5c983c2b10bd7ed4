using System.Buffers.Binary;
using static TorchSharp.torch;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>Writes safetensors: names in the given order, data with the widest elements first, so that each tensor lies aligned to its element.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes the tensors.</summary>
    /// <exception cref="ArgumentException">A name comes twice or is reserved, or a type is unknown to the format.</exception>
    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        List<(SafetensorsEntry Entry, Tensor Tensor)> placed = Place(tensors);
        byte[] header = SafetensorsHeader.Format(placed.Select(item => item.Entry), metadata);

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
}
