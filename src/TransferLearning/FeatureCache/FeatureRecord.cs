using System.Buffers.Binary;
using System.Numerics;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one view of one image.</summary>
internal sealed record FeatureRecord(ImageHash Image, int View, ReadOnlyMemory<float> Values)
{
    public ImageView Id => new(Image, View);

    /// <summary>Rounds features to float16 in place, as storing and reading them does; leaves all as they are if one is NaN or rounds to infinity.</summary>
    public static void Round(Span<float> values)
    {
        foreach (float value in values)
        {
            if (!Half.IsFinite((Half)value))
                return;
        }
        foreach (ref float value in values)
            value = (float)(Half)value;
    }

    /// <summary>The features as float16; null if one is NaN or rounds to infinity.</summary>
    public EncodedRecord? Encode()
    {
        ReadOnlySpan<float> values = Values.Span;
        byte[] bytes = new byte[values.Length * VolumeLayout.FeatureBytes];
        for (int i = 0; i < values.Length; i++)
        {
            var half = (Half)values[i];
            if (!Half.IsFinite(half))
                return null;
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * VolumeLayout.FeatureBytes), half);
        }
        return new EncodedRecord(new VolumeEntry(Id, EncodedRecord.Checksum(bytes)), bytes);
    }
}

/// <summary>Features as they are stored: float16, with 11 significant bits, up to 65504.</summary>
internal sealed record EncodedRecord(VolumeEntry Entry, byte[] Bytes)
{
    public static void Decode(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * VolumeLayout.FeatureBytes)..]);
    }

    /// <summary>CRC-32C (Castagnoli), for which processors have an instruction: fast enough to verify every read.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte rest in bytes)
            checksum = BitOperations.Crc32C(checksum, rest);
        return ~checksum;
    }
}
