using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TransferLearning.FeatureCache;

/// <summary>Writes volumes as <see cref="VolumeLayout"/> describes them.</summary>
internal static class VolumeWriter
{
    /// <summary>Writes records with the checksums that their volumes know, so that a record damaged since stays recognisable.</summary>
    /// <exception cref="VolumeFormatException">A record's file ends early.</exception>
    /// <exception cref="IOException">Reading or writing fails.</exception>
    public static void Write(Stream stream, FeatureKey key, IReadOnlyList<RecordLocation> records)
    {
        byte[] header = Header(key, records);
        stream.Write(header);
        stream.Write(SHA256.HashData(header));

        byte[] record = new byte[key.FeaturesPerImage * VolumeLayout.FeatureBytes];
        foreach (RecordLocation location in records)
        {
            location.Volume.Read(location.Record, record);
            stream.Write(record);
        }
    }

    private static byte[] Header(FeatureKey key, IReadOnlyList<RecordLocation> records)
    {
        byte[] text = key.Utf8();
        byte[] header = new byte[VolumeLayout.DigestAt(text.Length, records.Count)];
        Span<byte> bytes = header;

        VolumeLayout.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[VolumeLayout.VersionAt..], VolumeLayout.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[VolumeLayout.KeyBytesAt..], text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[VolumeLayout.FeaturesAt..], key.FeaturesPerImage);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[VolumeLayout.RecordsAt..], records.Count);
        text.CopyTo(bytes[VolumeLayout.KeyAt..]);

        Span<byte> index = bytes[(VolumeLayout.KeyAt + text.Length)..];
        for (int i = 0; i < records.Count; i++)
            records[i].Entry.CopyTo(index[(i * VolumeLayout.EntryBytes)..]);
        return header;
    }
}
