using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class VolumeWriterTests
{
    [Fact]
    public void Write_LaysBytesOutAsTheFormatSays()
    {
        FeatureKey key = StoreFolder.Key(features: 2);
        var volume = new MemoryVolume();
        Assert.True(volume.TryAdd(new FeatureRecord(ImageHash.Of("abc"u8), 7, new float[] { 1f, -2f })));
        using var stream = new MemoryStream();

        VolumeWriter.Write(stream, key, [new RecordLocation(volume, 0)]);

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
        Assert.Equal(RecordChecksum.Of([0x00, 0x3C, 0x00, 0xC0]), BinaryPrimitives.ReadUInt32LittleEndian(index.AsSpan(36)));
        Assert.Equal(SHA256.HashData(bytes[..^36]), bytes[^36..^4]);
    }
}
