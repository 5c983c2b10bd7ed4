using SkiaSharp;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

public sealed class SkiaImageDecoderTests
{
    private readonly SkiaImageDecoder _decoder = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, "jpeg")]
    [InlineData(SKEncodedImageFormat.Png, "png")]
    [InlineData(SKEncodedImageFormat.Webp, "webp")]
    public void TryReadHeader_KnownFormat_TellsSizeAndFormat(SKEncodedImageFormat format, string name)
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(21, 13), format);

        Assert.True(_decoder.TryReadHeader(encoded, out ImageHeader header));

        Assert.Equal(new ImageHeader(21, 13, 1, name), header);
    }

    [Fact]
    public void Decode_Png_GivesEveryPixelBack()
    {
        PixelBuffer image = TestImages.Noise(21, 13);

        Assert.Equal(image.Pixels.ToArray(), Pixels(TestImages.Encode(image, SKEncodedImageFormat.Png)));
    }

    [Fact]
    public void Decode_GreyPng_RepeatsTheGrey() =>
        Assert.Equal([0, 0, 0, 200, 200, 200], Pixels(new PngFile(2, 1, 8, PngColor.Gray).Rows([0, 200]).End()));

    [Fact]
    public void Decode_OneBitPng_IsBlackAndWhite() =>
        Assert.Equal([255, 255, 255, 0, 0, 0, 255, 255, 255], Pixels(new PngFile(3, 1, 1, PngColor.Gray).Rows([0b1010_0000]).End()));

    [Fact]
    public void Decode_PalettePngWithTransparency_GivesThePaletteColours()
    {
        byte[] encoded = new PngFile(2, 1, 8, PngColor.Palette)
            .Chunk("PLTE", [10, 20, 30, 40, 50, 60])
            .Chunk("tRNS", [0, 128])
            .Rows([1, 0])
            .End();

        Assert.Equal([40, 50, 60, 10, 20, 30], Pixels(encoded));
    }

    [Fact]
    public void Decode_TransparentPixels_KeepTheirColour() =>
        Assert.Equal([200, 100, 50, 9, 8, 7], Pixels(new PngFile(2, 1, 8, PngColor.Rgba).Rows([200, 100, 50, 3, 9, 8, 7, 0]).End()));

    [Fact]
    public void Decode_GreyAlphaPng_DropsTheAlpha() =>
        Assert.Equal([90, 90, 90], Pixels(new PngFile(1, 1, 8, PngColor.GrayAlpha).Rows([90, 1]).End()));

    [Fact]
    public void Decode_SixteenBitPng_KeepsTheHighBytes() =>
        Assert.Equal([0x12, 0x80, 0xFE], Pixels(new PngFile(1, 1, 16, PngColor.Rgb).Rows([0x12, 0x12, 0x80, 0x80, 0xFE, 0xFE]).End()));

    [Fact]
    public void Decode_CmykJpeg_EqualsPillow() =>
        Assert.Equal(TestImages.Uniform(8, 8, 191, 48, 147).Pixels.ToArray(), Pixels(EncodedImages.CmykJpeg));

    [Fact]
    public void Decode_GreyJpeg_EqualsPillow() =>
        Assert.Equal(TestImages.Uniform(8, 8, 76, 76, 76).Pixels.ToArray(), Pixels(EncodedImages.GrayJpeg));

    [Fact]
    public void Decode_ProgressiveJpeg_EqualsPillow() =>
        Assert.Equal(TestImages.Uniform(8, 8, 198, 101, 50).Pixels.ToArray(), Pixels(EncodedImages.ProgressiveJpeg));

    [Fact]
    public void Decode_AnimatedGif_GivesTheFirstFrame() =>
        Assert.Equal([255, 0, 0, 0, 0, 255], Pixels(EncodedImages.AnimatedGif));

    [Fact]
    public void Decode_BmpAndWebp_GiveTheirPixels()
    {
        byte[] expected = [255, 0, 0, 0, 0, 255, 0, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

        Assert.Equal(expected, Pixels(EncodedImages.Bmp));
        Assert.Equal(expected, Pixels(EncodedImages.LosslessWebp));
    }

    [Fact]
    public void Decode_Text_IsUnsupported() => Assert.Equal(DecodeStatus.Unsupported, Status("These are words, not an image."u8.ToArray()));

    [Fact]
    public void Decode_NoBytes_IsNoImage()
    {
        Assert.False(_decoder.TryReadHeader([], out _));
        Assert.NotEqual(DecodeStatus.Success, Status([]));
    }

    [Fact]
    public void Decode_PngWithWrongChecksum_IsCorrupt()
    {
        byte[] data = PngFile.Compress([1, 2, 3]);

        Assert.Equal(DecodeStatus.Corrupt, Status(new PngFile(1, 1, 8, PngColor.Rgb).Chunk("IDAT", data, wrongChecksum: true).End()));
    }

    [Fact]
    public void Decode_PngWithDamagedCompression_IsCorrupt()
    {
        byte[] data = PngFile.Compress([.. Enumerable.Range(0, 64).Select(column => new byte[64 * 3])]);
        data[^1] ^= 0xFF;

        Assert.Equal(DecodeStatus.Corrupt, Status(new PngFile(64, 64, 8, PngColor.Rgb).Chunk("IDAT", data).End()));
    }

    [Fact]
    public void Decode_FromManyThreads_GivesTheSamePixels()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(64, 48), SKEncodedImageFormat.Jpeg);
        byte[] expected = Pixels(encoded);

        Parallel.For(0, 32, _ => Assert.Equal(expected, Pixels(encoded)));
    }

    private byte[] Pixels(byte[] encoded)
    {
        Assert.Equal(DecodeStatus.Success, _decoder.Decode(encoded, out PixelBuffer? image));
        return image!.Pixels.ToArray();
    }

    private DecodeStatus Status(byte[] encoded)
    {
        DecodeStatus status = _decoder.Decode(encoded, out PixelBuffer? image);
        Assert.Null(image);
        return status;
    }
}
