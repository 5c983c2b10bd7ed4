using SkiaSharp;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

/// <summary>A decoded part against the same part of the decoded whole, bit for bit.</summary>
public sealed class PartDecodingTests
{
    private readonly SkiaImageDecoder _decoder = new();

    /// <summary>Made with ImageMagick: kinds of JPEG that SkiaSharp does not write.</summary>
    public static TheoryData<string> StoredFiles =>
        [.. Directory.EnumerateFiles(StoredFolder, "*.jpg").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string StoredFolder => Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Imaging", "Jpegs");

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    public void Decode_PartsOfNoise_EqualTheWholesAtAnyChromaSampling(SKJpegEncoderDownsample sampling)
    {
        foreach ((int width, int height) in new[] { (1, 1), (7, 90), (64, 48), (131, 77) })
            AssertPartsEqualTheWhole(Jpeg(width, height, sampling), $"{width}x{height}", count: 120);
    }

    [Theory]
    [MemberData(nameof(StoredFiles))]
    public void Decode_PartsOfUnusualJpegs_EqualTheWholes(string file) =>
        AssertPartsEqualTheWhole(File.ReadAllBytes(Path.Combine(StoredFolder, file)), file, count: 200);

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_PartsOfOtherFormats_EqualTheWholes(SKEncodedImageFormat format) =>
        AssertPartsEqualTheWhole(TestImages.Encode(TestImages.Noise(40, 30), format), $"{format}", count: 40);

    [SkippableFact]
    public void Decode_PartsOfPhotographs_EqualTheWholes()
    {
        DatasetSplit photographs = DatasetSplit.Of(ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data")));

        foreach (IDatasetSource side in new[] { photographs.Training, photographs.Validation })
        {
            for (int index = 0; index < side.Samples.Count; index++)
            {
                byte[] encoded = side.Load(index).ToArray();
                bool isUsual = JpegSegments.AreOneSequentialScan(encoded);
                if (!isUsual || index % 4 == 0)
                    AssertPartsEqualTheWhole(encoded, side.Samples[index].Name, count: 4);
            }
        }
    }

    [Fact]
    public void Decode_PartByADecoderWithoutAWayOfItsOwn_IsCutOutOfTheWhole() =>
        AssertPartsEqualTheWhole(Jpeg(64, 48, SKJpegEncoderDownsample.Downsample420), "whole", count: 40, new WholeDecoder());

    [Theory]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, -1, 5, 5)]
    [InlineData(0, 0, 0, 5)]
    [InlineData(0, 0, 5, 0)]
    [InlineData(20, 0, 5, 5)]
    [InlineData(0, 10, 5, 8)]
    [InlineData(1, 1, int.MaxValue, int.MaxValue)]
    public void Decode_PartThatLeavesTheImage_IsRefused(int left, int top, int width, int height)
    {
        byte[] encoded = Jpeg(24, 17, SKJpegEncoderDownsample.Downsample420);
        var part = new PixelRectangle(left, top, width, height);

        Assert.Equal(part, Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Decode(encoded, part, new PixelBuffer(1, 1))).ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => ((IImageDecoder)new WholeDecoder()).Decode(encoded, part, new PixelBuffer(1, 1)));
    }

    [Fact]
    public void Decode_DestinationOfAnotherSize_IsRefused()
    {
        byte[] encoded = Jpeg(24, 17, SKJpegEncoderDownsample.Downsample420);
        var (part, wrong) = (new PixelRectangle(1, 1, 4, 5), new PixelBuffer(5, 4));

        var error = Assert.Throws<ArgumentException>(() => _decoder.Decode(encoded, part, wrong));
        Assert.Throws<ArgumentException>(() => _decoder.Decode(encoded, wrong));
        Assert.Throws<ArgumentException>(() => ((IImageDecoder)new WholeDecoder()).Decode(encoded, part, wrong));

        Assert.Contains("has 5x4 pixels; 4x5 are decoded", error.Message);
    }

    [Fact]
    public void Decode_PartOfAFileCutAnywhere_IsTruncated()
    {
        byte[] whole = Jpeg(24, 17, SKJpegEncoderDownsample.Downsample420);

        for (int length = 0; length < whole.Length; length++)
        {
            DecodeStatus status = _decoder.Decode(whole.AsSpan(0, length), new PixelRectangle(0, 0, 1, 1), new PixelBuffer(1, 1));
            Assert.NotEqual(DecodeStatus.Success, status);
        }
    }

    [Fact]
    public void Decode_PartWithDamageBeforeIt_IsReadOrRefusedAndNothingElse()
    {
        byte[] whole = Jpeg(64, 48, SKJpegEncoderDownsample.Downsample420);
        var random = new RandomStream(3);

        for (int attempt = 0; attempt < 500; attempt++)
        {
            byte[] damaged = [.. whole];
            for (int change = 0; change < 3; change++)
                damaged[20 + random.NextInt32(damaged.Length - 20)] = (byte)random.NextInt32(256);
            if (!_decoder.TryReadHeader(damaged, out ImageHeader header) || header is not { Width: 64, Height: 48 })
                continue;
            Assert.Null(Record.Exception(() => _decoder.Decode(damaged, new PixelRectangle(8, 30, 40, 10), new PixelBuffer(40, 10))));
        }
    }

    private static byte[] Jpeg(int width, int height, SKJpegEncoderDownsample sampling)
    {
        using SKBitmap bitmap = SKBitmap.Decode(TestImages.Encode(TestImages.Noise(width, height), SKEncodedImageFormat.Png));
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(80, sampling, SKJpegEncoderAlphaOption.Ignore))!;
        return data.ToArray();
    }

    private void AssertPartsEqualTheWhole(byte[] encoded, string name, int count, IImageDecoder? decoder = null)
    {
        Assert.Equal(DecodeStatus.Success, _decoder.Decode(encoded, out PixelBuffer? whole));
        var random = new RandomStream(9);
        for (int i = 0; i < count; i++)
        {
            int left = random.NextInt32(whole!.Width), top = random.NextInt32(whole.Height);
            var part = new PixelRectangle(left, top, 1 + random.NextInt32(whole.Width - left), 1 + random.NextInt32(whole.Height - top));

            var image = new PixelBuffer(part.Width, part.Height);
            DecodeStatus status = (decoder ?? _decoder).Decode(encoded, part, image);

            Assert.Equal(DecodeStatus.Success, status);
            Assert.True(whole.Cut(part).Pixels.SequenceEqual(image.Pixels), $"{part} of {name} of {whole.Width}x{whole.Height} differs");
        }
    }

    /// <summary>What a decoder of one's own is that knows nothing of parts.</summary>
    private sealed class WholeDecoder : IImageDecoder
    {
        private readonly SkiaImageDecoder _inner = new();

        public string Identifier => "whole";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header) => _inner.TryReadHeader(encoded, out header);

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => _inner.Decode(encoded, destination);
    }
}
