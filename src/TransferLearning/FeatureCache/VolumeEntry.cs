using System.Buffers.Binary;

namespace TransferLearning.FeatureCache;

/// <summary>A line of a volume's index.</summary>
/// <param name="Id">What the record holds.</param>
/// <param name="Checksum">The record's CRC-32C.</param>
internal readonly record struct VolumeEntry(ImageView Id, uint Checksum)
{
    public static VolumeEntry Read(ReadOnlySpan<byte> entry) => new(
        new ImageView(ImageHash.Read(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[VolumeLayout.EntryViewAt..])),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[VolumeLayout.EntryChecksumAt..]));

    public void CopyTo(Span<byte> entry)
    {
        Id.Image.CopyTo(entry);
        BinaryPrimitives.WriteInt32LittleEndian(entry[VolumeLayout.EntryViewAt..], Id.View);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[VolumeLayout.EntryChecksumAt..], Checksum);
    }
}
