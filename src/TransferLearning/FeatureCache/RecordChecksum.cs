using System.Buffers.Binary;
using System.Numerics;

namespace TransferLearning.FeatureCache;

/// <summary>CRC-32C (Castagnoli), for which processors have an instruction, so that every read can be verified.</summary>
internal static class RecordChecksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte rest in bytes)
            checksum = BitOperations.Crc32C(checksum, rest);
        return ~checksum;
    }
}
