using SkiaSharp;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using Xunit.Abstractions;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageSharpDecoderTests(ITestOutputHelper output) : ImageDecoderContract(new ImageSharpDecoder())
{
    private protected override int Tolerance => 2;

    [Fact]
    public void TryReadHeader_FormatThatIsNotOpened_IsUnknown()
    {
        var decoder = new ImageSharpDecoder();

        Assert.False(decoder.TryReadHeader(EncodedImages.Bmp, out _));
        Assert.False(decoder.TryReadHeader(EncodedImages.AnimatedGif, out _));
        Assert.False(decoder.TryReadHeader([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0], out _));
        Assert.Equal(DecodeStatus.Unsupported, Status(EncodedImages.Bmp));
    }

    [Fact]
    public void Decode_MoreThanTheMemoryLimit_IsUnsupported()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(1000, 700), SKEncodedImageFormat.Png);

        Assert.Equal(DecodeStatus.Unsupported, new ImageSharpDecoder(memoryLimitMegabytes: 1).Decode(encoded, out _));
        Assert.Equal(DecodeStatus.Success, new ImageSharpDecoder(memoryLimitMegabytes: 3).Decode(encoded, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageSharpDecoder(memoryLimitMegabytes: 0));
    }

    [SkippableFact]
    public void Decode_Photographs_DiffersFromSkiaByAFewLevels()
    {
        IDatasetSource photographs = ImageFolder.Open(Path.Combine(ReferenceData.Require("data/hymenoptera_data"), "val"));
        (long sum, long count, int largest) = (0, 0, 0);
        for (int index = 0; index < photographs.Samples.Count; index += 4)
        {
            byte[] encoded = photographs.Load(index).ToArray();
            byte[] expected = new ImageReader(new SkiaImageDecoder()).Read(encoded, "").Pixels.ToArray();
            byte[] pixels = Pixels(encoded);
            for (int i = 0; i < pixels.Length; i++)
            {
                int difference = Math.Abs(pixels[i] - expected[i]);
                (sum, largest) = (sum + difference, Math.Max(largest, difference));
            }
            count += pixels.Length;
        }
        output.WriteLine($"mean {(double)sum / count:F4}, maximum {largest}");

        Assert.InRange((double)sum / count, 0, 1);
    }
}
