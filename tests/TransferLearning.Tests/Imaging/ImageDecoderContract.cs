using SkiaSharp;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

/// <summary>What every decoder of the library gives for the same files.</summary>
public abstract class ImageDecoderContract
{
    private readonly IImageDecoder _decoder;

    private protected ImageDecoderContract(IImageDecoder decoder) => _decoder = decoder;

    /// <summary>How far a JPEG's pixels may be from Pillow's.</summary>
    private protected virtual int Tolerance => 0;

    /// <summary>How far JPEGs of noise with subsampled colors, or with missing scans, may be from libjpeg's in the mean.</summary>
    private protected virtual double MeanToleranceOfNoise => 0;

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
    public void Decode_GrayPng_RepeatsTheGray() =>
        Assert.Equal([0, 0, 0, 200, 200, 200], Pixels(new PngFile(2, 1, 8, PngColor.Gray).Rows([0, 200]).End()));

    [Fact]
    public void Decode_OneBitPng_IsBlackAndWhite() =>
        Assert.Equal([255, 255, 255, 0, 0, 0, 255, 255, 255], Pixels(new PngFile(3, 1, 1, PngColor.Gray).Rows([0b1010_0000]).End()));

    [Fact]
    public void Decode_PalettePngWithTransparency_GivesThePaletteColors()
    {
        byte[] encoded = new PngFile(2, 1, 8, PngColor.Palette)
            .Chunk("PLTE", [10, 20, 30, 40, 50, 60])
            .Chunk("tRNS", [0, 128])
            .Rows([1, 0])
            .End();

        Assert.Equal([40, 50, 60, 10, 20, 30], Pixels(encoded));
    }

    [Fact]
    public void Decode_TransparentPixels_KeepTheirColor() =>
        Assert.Equal([200, 100, 50, 9, 8, 7], Pixels(new PngFile(2, 1, 8, PngColor.Rgba).Rows([200, 100, 50, 3, 9, 8, 7, 0]).End()));

    [Fact]
    public void Decode_GrayAlphaPng_DropsTheAlpha() =>
        Assert.Equal([90, 90, 90], Pixels(new PngFile(1, 1, 8, PngColor.GrayAlpha).Rows([90, 1]).End()));

    [Fact]
    public void Decode_SixteenBitPng_KeepsTheHighBytes() =>
        Assert.Equal([0x12, 0x80, 0xFE], Pixels(new PngFile(1, 1, 16, PngColor.Rgb).Rows([0x12, 0x12, 0x80, 0x80, 0xFE, 0xFE]).End()));

    [Fact]
    public void Decode_CmykJpeg_EqualsPillow() =>
        AssertNear(TestImages.Uniform(8, 8, 191, 48, 147).Pixels.ToArray(), Pixels(EncodedImages.CmykJpeg));

    [Fact]
    public void Decode_GrayJpeg_EqualsPillow() =>
        AssertNear(TestImages.Uniform(8, 8, 76, 76, 76).Pixels.ToArray(), Pixels(EncodedImages.GrayJpeg));

    [Fact]
    public void Decode_ProgressiveJpeg_EqualsPillow() =>
        AssertNear(TestImages.Uniform(8, 8, 198, 101, 50).Pixels.ToArray(), Pixels(EncodedImages.ProgressiveJpeg));

    [Fact]
    public void Decode_YcckJpeg_IsConvertedTwice() =>
        AssertNear(TestImages.Uniform(8, 8, 0, 36, 151).Pixels.ToArray(), Pixels(EncodedImages.YcckJpeg));

    [Fact]
    public void Decode_AnimatedPng_GivesTheFirstFrame()
    {
        byte[] encoded = new PngFile(2, 1, 8, PngColor.Gray)
            .Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])
            .Chunk("fcTL", [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0])
            .Rows([40, 90])
            .Chunk("fcTL", [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0])
            .Chunk("fdAT", [0, 0, 0, 2, .. PngFile.Compress([1, 2])])
            .End();

        Assert.Equal([40, 40, 40, 90, 90, 90], Pixels(encoded));
    }

    [Theory]
    [MemberData(nameof(PartDecodingTests.StoredFiles), MemberType = typeof(PartDecodingTests))]
    public void Decode_UnusualJpegs_IsNearToWhatSkiaGives(string file)
    {
        byte[] encoded = File.ReadAllBytes(Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Imaging", "Jpegs", file));
        byte[] expected = new ImageReader(new SkiaImageDecoder()).Read(encoded, file).Pixels.ToArray();

        double difference = Pixels(encoded).Zip(expected, (one, other) => Math.Abs(one - other)).Average();

        Assert.InRange(difference, 0, MeanToleranceOfNoise);
    }

    [Fact]
    public void Decode_LosslessWebp_GivesItsPixels() => Assert.Equal(EncodedImages.BmpPixels, Pixels(EncodedImages.LosslessWebp));

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

    [Fact]
    public void Decode_InterlacedPng_GivesEveryPixelBack()
    {
        // The passes of Adam7 over 5x3 pixels; the third has none.
        byte[][] passes = [[10], [20], [30], [50, 60, 70], [80, 90], [100, 110], [120, 130, 140, 150, 160]];
        byte[] encoded = new PngFile(5, 3, 8, PngColor.Gray, interlaced: true).Rows(passes).End();

        IEnumerable<byte> gray = Pixels(encoded).Where((_, index) => index % 3 == 0);

        Assert.Equal([10, 80, 30, 90, 20, 120, 130, 140, 150, 160, 50, 100, 60, 110, 70], gray);
    }

    [Fact]
    public void Decode_PngWithMissingRows_IsNoImage()
    {
        byte[] encoded = new PngFile(4, 3, 8, PngColor.Gray).Rows([1, 2, 3, 4], [5, 6, 7, 8]).End();

        Assert.NotEqual(DecodeStatus.Success, Status(encoded));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 6)]
    [InlineData(SKEncodedImageFormat.Jpeg, 9)]
    [InlineData(SKEncodedImageFormat.Webp, 3)]
    public void TryReadHeader_FileWithOrientation_TellsIt(SKEncodedImageFormat format, int orientation)
    {
        byte[] encoded = TestImages.WithOrientation(TestImages.Encode(TestImages.Noise(24, 17), format), orientation);

        Assert.True(_decoder.TryReadHeader(encoded, out ImageHeader header));

        Assert.Equal(orientation <= 8 ? orientation : 1, header.ExifOrientation);
    }

    [Fact]
    public void Decode_DestinationOfAnotherSize_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _decoder.Decode(TestImages.Encode(TestImages.Noise(9, 5), SKEncodedImageFormat.Png), new PixelBuffer(5, 9)));

    [Fact]
    public void Fingerprint_TellsTheDecoderAndItsVersion()
    {
        Assert.StartsWith(_decoder.Identifier + " ", _decoder.Fingerprint);
        Assert.Contains(_decoder.Fingerprint!, char.IsDigit);
    }

    private protected void AssertNear(byte[] expected, byte[] pixels) =>
        Assert.All(expected.Zip(pixels), pair => Assert.InRange(pair.Second, pair.First - Tolerance, pair.First + Tolerance));

    private protected byte[] Pixels(byte[] encoded)
    {
        Assert.Equal(DecodeStatus.Success, _decoder.Decode(encoded, out PixelBuffer? image));
        return image!.Pixels.ToArray();
    }

    private protected DecodeStatus Status(byte[] encoded)
    {
        DecodeStatus status = _decoder.Decode(encoded, out PixelBuffer? image);
        Assert.Null(image);
        return status;
    }
}
