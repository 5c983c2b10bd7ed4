using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FileVolumeTests
{
    [Fact]
    public void Write_LaysBytesOutAsTheFormatSays()
    {
        FeatureKey key = StoreFolder.Key(features: 2);
        EncodedRecord record = new FeatureRecord(ImageHash.Of("abc"u8), 7, new float[] { 1f, -2f }).Encode()!;
        using var stream = new MemoryStream();

        FileVolume.Write(stream, key, [record.Entry], [record.Bytes]);

        byte[] bytes = stream.ToArray();
        byte[] text = Encoding.UTF8.GetBytes(key.Text);
        byte[] index = bytes[(24 + text.Length)..(64 + text.Length)];
        Assert.Equal(24 + text.Length + 40 + 32 + 4, bytes.Length);
        Assert.Equal("TLFEATS\n", Encoding.ASCII.GetString(bytes[..8]));
        Assert.Equal([1, text.Length, 2, 1], new[] { 8, 12, 16, 20 }.Select(at => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at))));
        Assert.Equal(text, bytes[24..(24 + text.Length)]);
        Assert.Equal(SHA256.HashData("abc"u8), index[..32]);
        Assert.Equal(7, BinaryPrimitives.ReadInt32LittleEndian(index.AsSpan(32)));
        Assert.Equal([0x00, 0x3C, 0x00, 0xC0], bytes[^4..]);
        Assert.Equal(EncodedRecord.Checksum([0x00, 0x3C, 0x00, 0xC0]), BinaryPrimitives.ReadUInt32LittleEndian(index.AsSpan(36)));
        Assert.Equal(SHA256.HashData(bytes[..^36]), bytes[^36..^4]);
    }
}
