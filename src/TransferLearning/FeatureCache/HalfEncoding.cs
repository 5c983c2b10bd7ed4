using System.Buffers.Binary;

namespace TransferLearning.FeatureCache;

/// <summary>Features as they are stored: half precision, 11 significant bits, up to 65504.</summary>
internal static class HalfEncoding
{
    /// <summary>Rounds values to half precision; false where one is NaN or rounds to infinity.</summary>
    public static bool TryEncode(ReadOnlySpan<float> values, Span<byte> record)
    {
        for (int i = 0; i < values.Length; i++)
        {
            var half = (Half)values[i];
            if (!Half.IsFinite(half))
                return false;
            BinaryPrimitives.WriteHalfLittleEndian(record[(i * VolumeLayout.FeatureBytes)..], half);
        }
        return true;
    }

    public static void Decode(ReadOnlySpan<byte> record, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(record[(i * VolumeLayout.FeatureBytes)..]);
    }
}
