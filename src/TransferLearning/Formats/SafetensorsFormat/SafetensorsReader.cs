using System.Buffers.Binary;
using TransferLearning.Formats.Stored;
using TransferLearning.Internal;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>Reads safetensors: the header's length in eight bytes, the header, the tensors' bytes without gap or overlap.</summary>
internal static class SafetensorsReader
{
    // The limit that the reference implementation sets.
    private const ulong LongestHeader = 100_000_000;

    /// <summary>Finds the tensors of a stream from its current position to its end; borrowed.</summary>
    /// <exception cref="InvalidDataException">The stream is not safetensors.</exception>
    public static StoredWeights Open(Stream stream, string origin)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long left = stream.Length - stream.Position;
        if (headerLength > LongestHeader || headerLength > (ulong)left)
            throw new InvalidDataException($"its header claims {headerLength} bytes; {left} are left, and at most {LongestHeader} are allowed");

        var json = new byte[headerLength];
        stream.ReadExactly(json);
        if (json is not [(byte)'{', ..])
            throw new InvalidDataException("its header does not begin with '{'; so it is not a safetensors file");
        (List<SafetensorsEntry> entries, Dictionary<string, string> metadata) = SafetensorsHeader.Parse(json);
        CheckLayout(entries, stream.Length - stream.Position);

        var tensors = new StoredWeights { Origin = origin, Metadata = metadata };
        foreach (SafetensorsEntry entry in entries)
            tensors.Add(entry.Name, new TensorInSafetensors(stream, stream.Position, entry));
        return tensors;
    }

    private static void CheckLayout(List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (entry.Start != end)
            {
                throw new InvalidDataException(
                    $"tensor '{entry.Name}' starts at data byte {entry.Start}, and the one before ends at {end}; there must be no gap and no overlap");
            }
            if (entry.End < entry.Start || entry.End > dataLength)
            {
                throw new InvalidDataException(
                    $"tensor '{entry.Name}' lies at data bytes {entry.Start} to {entry.End}, and the file has {dataLength}; it is cut short or damaged");
            }
            if (entry.End - entry.Start != entry.ByteCount)
            {
                throw new InvalidDataException(
                    $"tensor '{entry.Name}' has {entry.End - entry.Start} bytes; " +
                    $"{entry.Type} of shape {ShapeText.Of(entry.Shape)} takes {entry.ByteCount}");
            }
            end = entry.End;
        }

        if (end != dataLength)
            throw new InvalidDataException($"its tensors end at data byte {end}, and the file has {dataLength}; every byte must belong to a tensor");
    }
}
