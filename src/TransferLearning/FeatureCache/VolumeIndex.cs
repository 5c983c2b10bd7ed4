using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning.FeatureCache;

/// <summary>Reads what stands before a volume's records, and trusts nothing that it has not checked.</summary>
internal static class VolumeIndex
{
    /// <summary>The index of a volume that is whole, unaltered, and of this key.</summary>
    /// <exception cref="VolumeFormatException">It is not.</exception>
    /// <exception cref="IOException">The disk does not give it.</exception>
    public static VolumeEntry[] Read(SafeFileHandle file, ReadOnlySpan<byte> key, int features)
    {
        int records = ReadCount(file, key.Length, features);

        byte[] bytes = new byte[VolumeLayout.FirstRecordAt(key.Length, records)];
        ReadExactly(file, bytes, 0);
        Span<byte> covered = bytes.AsSpan(..^VolumeLayout.DigestBytes);
        if (!SHA256.HashData(covered).AsSpan().SequenceEqual(bytes.AsSpan(^VolumeLayout.DigestBytes..)))
            throw new VolumeFormatException("does not match its own checksum");
        if (!covered.Slice(VolumeLayout.KeyAt, key.Length).SequenceEqual(key))
            throw new VolumeFormatException("holds features of something else");

        var entries = new VolumeEntry[records];
        ReadOnlySpan<byte> index = covered[(VolumeLayout.KeyAt + key.Length)..];
        for (int i = 0; i < records; i++)
            entries[i] = VolumeEntry.Read(index[(i * VolumeLayout.EntryBytes)..]);
        return entries;
    }

    public static void ReadExactly(SafeFileHandle file, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
                throw new VolumeFormatException($"ends at byte {offset}, before what it should hold");
            destination = destination[read..];
            offset += read;
        }
    }

    // Before memory is taken for an index, its size has to agree with the key and with the file's length.
    private static int ReadCount(SafeFileHandle file, int keyBytes, int features)
    {
        Span<byte> start = stackalloc byte[VolumeLayout.KeyAt];
        ReadExactly(file, start, 0);
        if (!start.StartsWith(VolumeLayout.Magic))
            throw new VolumeFormatException("does not begin as a volume of features does");
        if (BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.VersionAt..]) is var version and not VolumeLayout.Version)
            throw new VolumeFormatException($"has version {version}; this library reads {VolumeLayout.Version}");
        if (BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.KeyBytesAt..]) != keyBytes
            || BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.FeaturesAt..]) != features)
            throw new VolumeFormatException("holds features of something else");

        int records = BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.RecordsAt..]);
        long length = RandomAccess.GetLength(file);
        if (records < 1 || VolumeLayout.FileBytes(keyBytes, features, records) != length)
            throw new VolumeFormatException($"has {length} bytes, which {records} records of {features} features do not fill");
        if (VolumeLayout.FirstRecordAt(keyBytes, records) > Array.MaxLength)
            throw new VolumeFormatException($"has {records} records, more than fit into memory");
        return records;
    }
}
