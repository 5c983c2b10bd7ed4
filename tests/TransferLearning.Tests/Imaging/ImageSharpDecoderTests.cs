using SkiaSharp;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using Xunit.Abstractions;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageSharpDecoderTests(ITestOutputHelper output) : ImageDecoderContract(new ImageSharpDecoder())
{
    private protected override int Tolerance => 2;

    // ImageSharp repeats subsampled colors where libjpeg interpolates them, and does not smooth over missing scans.
    private protected override double MeanToleranceOfNoise => 12;

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

    [Fact]
    public void Decode_AnimatedWebp_IsUnsupportedAndNothingElse()
    {
        byte[] frame = EncodedImages.LosslessWebp[12..];
        byte[] animated = [.. "VP8X"u8, 10, 0, 0, 0, 0b10, 0, 0, 0, 2, 0, 0, 1, 0, 0, .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] shown = [.. "ANMF"u8, .. BitConverter.GetBytes(16 + frame.Length), 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 100, 0, 0, 0, .. frame];
        byte[] content = [.. "WEBP"u8, .. animated, .. shown, .. shown];
        byte[] encoded = [.. "RIFF"u8, .. BitConverter.GetBytes(content.Length), .. content];

        DecodeStatus status = new ImageSharpDecoder().Decode(encoded, out _);
        DecodeStatus skia = new SkiaImageDecoder().Decode(encoded, out PixelBuffer? first);

        Assert.Equal(DecodeStatus.Success, skia);
        Assert.Equal(EncodedImages.BmpPixels, first!.Pixels.ToArray());
        Assert.Equal(DecodeStatus.Unsupported, status);
    }

    [Fact]
    public void Decode_PngThatAsksForADictionary_IsCorrupt()
    {
        byte[] encoded = new PngFile(9, 3, 8, PngColor.Rgb).Rows(new byte[27], new byte[27], new byte[27]).End();
        encoded[42] = 0xF9; // of the second byte of compressed data, bit 5

        Assert.Equal(DecodeStatus.Corrupt, new ImageSharpDecoder().Decode(encoded, out _));
    }

    [Fact]
    public void Decode_WebPWhoseChunkIsLongerThanTheFile_IsTruncated()
    {
        byte[] encoded = [.. EncodedImages.LosslessWebp];
        encoded[19] = 0x10; // the highest byte of its length: 256 MiB

        Assert.Equal(DecodeStatus.Truncated, new ImageSharpDecoder().Decode(encoded, out _));
    }

    [Fact]
    public void Decode_JpegWithoutAllOfItsData_ShowsNothingOfOtherImages()
    {
        byte[] damaged = TestImages.WithOrientation(DrawnImage.Jpeg(), 6);
        foreach ((int at, byte[] bytes) in new (int, byte[])[] { (377, [0xA1, 0x7A, 0x52, 0x0D]), (266, [0x2A]), (208, [0x31]), (10, [0x09]) })
            bytes.CopyTo(damaged, at);
        var decoder = new ImageSharpDecoder();
        byte[] other = TestImages.Encode(TestImages.Noise(64, 64), SKEncodedImageFormat.Jpeg);

        decoder.Decode(other, out _);
        decoder.Decode(damaged, out PixelBuffer? first);
        decoder.Decode(TestImages.Encode(TestImages.Uniform(64, 64, 255, 255, 255), SKEncodedImageFormat.Jpeg), out _);
        decoder.Decode(damaged, out PixelBuffer? second);

        Assert.Equal(first!.Pixels.ToArray(), second!.Pixels.ToArray());
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
