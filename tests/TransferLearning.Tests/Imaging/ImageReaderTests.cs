using SkiaSharp;
using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageReaderTests
{
    private readonly ImageReader _reader = new(new SkiaImageDecoder());

    [Fact]
    public void Read_WholeImage_GivesItsPixels()
    {
        PixelBuffer image = TestImages.Noise(9, 5);

        PixelBuffer read = _reader.Read(TestImages.Encode(image, SKEncodedImageFormat.Png), "noise.png");

        Assert.Equal((9, 5), (read.Width, read.Height));
        Assert.Equal(image.Pixels.ToArray(), read.Pixels.ToArray());
    }

    [Fact]
    public void Read_PngNamedJpg_IsReadByItsContent() =>
        Assert.Equal(9, _reader.Read(TestImages.Encode(TestImages.Noise(9, 5), SKEncodedImageFormat.Png), "noise.jpg").Width);

    [Fact]
    public void Read_EmptyFile_SaysSo()
    {
        var error = Assert.Throws<ImageFormatException>(() => _reader.Read([], "empty.jpg"));

        Assert.Equal("empty.jpg", error.ImageName);
        Assert.StartsWith("the file is empty (0 bytes)", error.Reason);
    }

    [Fact]
    public void Read_TextNamedJpg_ShowsHowItBegins()
    {
        var error = Assert.Throws<ImageFormatException>(() => _reader.Read("not an image"u8, "notes.jpg"));

        Assert.StartsWith("the decoder 'skiasharp' finds no image header in its 12 bytes, which begin with 6E6F7420616E2069", error.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ForgedHugeHeader_IsRefusedBeforeMemoryIsTaken(bool imageSharp)
    {
        var reader = new ImageReader(imageSharp ? new ImageSharpDecoder() : new SkiaImageDecoder());
        byte[] forged = new PngFile(30_000, 30_000, 8, PngColor.Rgb).Rows([1, 2, 3]).End();

        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ImageFormatException>(() => reader.Read(forged, "bomb.png"));
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains("30000x30000, which is 900000000 pixels; the limit is 178956970", error.Reason);
        Assert.InRange(taken, 0, 1_000_000);
    }

    [Fact]
    public void Read_ImageAtTheLimit_IsReadAndOneAboveIsNot()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(9, 5), SKEncodedImageFormat.Png);

        Assert.Equal(9, Reader(45).Read(encoded, "p").Width);
        Assert.Throws<ImageFormatException>(() => Reader(44).Read(encoded, "p"));

        static ImageReader Reader(long limit) => new(new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = limit });
    }

    [Fact]
    public void Read_MorePixelsThanMemoryHolds_IsRefusedWhateverTheLimit()
    {
        var reader = new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = long.MaxValue });
        byte[] forged = new PngFile(60_000, 60_000, 8, PngColor.Rgb).Rows([1, 2, 3]).End();

        var error = Assert.Throws<ImageFormatException>(() => reader.Read(forged, "bomb.png"));

        Assert.Contains("memory holds", error.Reason);
    }

    [Fact]
    public void Read_AbsurdSides_AreRefused()
    {
        byte[] forged = new PngFile(2_000_000_000, 2_000_000_000, 8, PngColor.Rgb).Rows([1, 2, 3]).End();

        Assert.Throws<ImageFormatException>(() => _reader.Read(forged, "bomb.png"));
    }

    [Fact]
    public void Read_DamagedPng_IsCalledDamaged()
    {
        byte[] damaged = new PngFile(1, 1, 8, PngColor.Rgb).Chunk("IDAT", PngFile.Compress([1, 2, 3]), wrongChecksum: true).End();

        var error = Assert.Throws<ImageFormatException>(() => _reader.Read(damaged, "scan.png"));

        Assert.Contains("are damaged", error.Reason);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, false)]
    [InlineData(SKEncodedImageFormat.Png, false)]
    [InlineData(SKEncodedImageFormat.Webp, false)]
    [InlineData(SKEncodedImageFormat.Jpeg, true)]
    [InlineData(SKEncodedImageFormat.Png, true)]
    [InlineData(SKEncodedImageFormat.Webp, true)]
    public void Read_RandomDamage_IsReadOrRefusedAndNothingElse(SKEncodedImageFormat format, bool imageSharp)
    {
        var reader = new ImageReader(imageSharp ? new ImageSharpDecoder() : new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = 100_000 });
        byte[] whole = TestImages.Encode(TestImages.Noise(24, 17), format);
        var random = new RandomStream(1);

        int refused = 0;
        for (int attempt = 0; attempt < 500; attempt++)
        {
            byte[] damaged = [.. whole];
            for (int change = 0; change < 3; change++)
                damaged[random.NextInt32(damaged.Length)] = (byte)random.NextInt32(256);
            if (Record.Exception(() => reader.Read(damaged, "damaged")) is { } error)
            {
                Assert.IsType<ImageFormatException>(error);
                refused++;
            }
        }

        Assert.True(refused > 0, "no damage was noticed");
    }

    [Fact]
    public void Constructor_LimitBelowOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = 0 }));
}
