using System.Buffers.Binary;

namespace TransferLearning.FeatureCache;

/// <summary>The layout of a volume: an immutable file with features of one shelf.</summary>
/// <remarks>
/// All numbers are little-endian. With k bytes of key, n records and f features each:
/// <code>
/// 0            8     "TLFEATS" and a line feed
/// 8            4     int32   version of this layout
/// 12           4     int32   k
/// 16           4     int32   f
/// 20           4     int32   n
/// 24           k             the key's text, UTF-8
/// 24+k         40n           the index: 32 bytes image's SHA-256, int32 view, uint32 CRC-32C of the record
/// 24+k+40n     32            SHA-256 of everything before
/// 56+k+40n     2nf           the records, in the order of the index: f IEEE 754 binary16 numbers, each finite
/// </code>
/// Every byte is covered by a checksum, and the header determines the length of the file.
/// </remarks>
internal static class VolumeLayout
{
    public const int Version = 1;
    public const int VersionAt = 8;
    public const int KeyBytesAt = 12;
    public const int FeaturesAt = 16;
    public const int RecordsAt = 20;
    public const int KeyAt = 24;

    public const int EntryBytes = 40;
    public const int EntryViewAt = 32;
    public const int EntryChecksumAt = 36;

    public const int DigestBytes = 32;
    public const int FeatureBytes = 2;

    public static ReadOnlySpan<byte> Magic => "TLFEATS\n"u8;

    /// <summary>The offset of the digest, which covers all bytes before it.</summary>
    public static long DigestAt(int keyBytes, int records) => KeyAt + keyBytes + (long)EntryBytes * records;

    public static long FirstRecordAt(int keyBytes, int records) => DigestAt(keyBytes, records) + DigestBytes;

    public static long FileBytes(int keyBytes, int features, int records) =>
        FirstRecordAt(keyBytes, records) + (long)FeatureBytes * features * records;
}

/// <summary>An entry of a volume's index.</summary>
/// <param name="Id">The view whose features the record has.</param>
/// <param name="Checksum">The record's CRC-32C.</param>
internal readonly record struct VolumeEntry(ImageView Id, uint Checksum)
{
    public static VolumeEntry Read(ReadOnlySpan<byte> entry) => new(
        new ImageView(ImageHash.Read(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[VolumeLayout.EntryViewAt..])),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[VolumeLayout.EntryChecksumAt..]));

    public void Write(BinaryWriter writer)
    {
        Span<byte> hash = stackalloc byte[ImageHash.Bytes];
        Id.Image.CopyTo(hash);
        writer.Write(hash);
        writer.Write(Id.View);
        writer.Write(Checksum);
    }
}

/// <summary>A volume is incomplete, altered, or of another shelf. The message continues "The file ...".</summary>
internal sealed class VolumeFormatException(string message) : Exception(message);
