using SkiaSharp;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Imaging;

/// <summary>JPEGs that were cut and closed again with an end marker.</summary>
public sealed class JpegDataTests
{
    private static readonly ImageReader _usual = new(new SkiaImageDecoder());
    private static readonly ImageReader _strict = new(new SkiaImageDecoder(), new ImageReaderOptions { CheckJpegData = true });

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Read_JpegCutAndClosedAgain_IsRefusedIfAskedForAndReadByDefault(double share)
    {
        byte[] whole = DrawnImage.Jpeg(200, 150);
        byte[] closed = Closed(whole, share);

        var error = Assert.Throws<ImageFormatException>(() => _strict.Read(closed, "closed.jpg"));

        Assert.Contains("'closed.jpg': the jpeg data end", error.Message);
        Assert.NotEqual(_usual.Read(whole, "whole").Pixels.ToArray(), _usual.Read(closed, "closed.jpg").Pixels.ToArray());
        Assert.NotNull(_strict.Read(whole, "whole"));
    }

    [Fact]
    public void Read_SoundJpegsOfAnySizeAndKind_PassTheCheck()
    {
        for (int side = 1; side < 72; side++)
            AssertPasses(TestImages.Encode(TestImages.Noise(side, side), SKEncodedImageFormat.Jpeg), $"{side}x{side}");
        foreach (string path in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Imaging", "Jpegs"), "*.jpg"))
            AssertPasses(File.ReadAllBytes(path), path);
        AssertPasses(EncodedImages.GrayJpeg, "gray");
        AssertPasses(EncodedImages.CmykJpeg, "CMYK");
        AssertPasses(EncodedImages.ProgressiveJpeg, "progressive");
    }

    [SkippableFact]
    public void Read_Photographs_PassTheCheckAndFailItOnceCut()
    {
        string folder = ReferenceData.Require("data/hymenoptera_data/val/bees");
        foreach (string path in Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Take(12))
        {
            byte[] whole = File.ReadAllBytes(path);
            AssertPasses(whole, path);
            Assert.Throws<ImageFormatException>(() => _strict.Read(Closed(whole, 0.8), path));
        }
    }

    [Fact]
    public void Read_PartOfACutJpegThatIsChecked_IsRefusedToo()
    {
        var images = new PipelineReader(_strict, TransformPipeline.Empty.CenterCrop(8));

        Assert.Throws<ImageFormatException>(() => images.Read(Closed(DrawnImage.Jpeg(200, 150), 0.9), "closed.jpg", default));
    }

    [Fact]
    public void Read_PngThatIsChecked_IsReadAsEver() =>
        Assert.Equal(_usual.Read(DrawnImage.Png(), "").Pixels.ToArray(), _strict.Read(DrawnImage.Png(), "").Pixels.ToArray());

    private static byte[] Closed(byte[] whole, double share)
    {
        int data = whole.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xDA]);
        return [.. whole[..(data + (int)((whole.Length - data) * share))], 0xFF, 0xD9];
    }

    private static void AssertPasses(byte[] encoded, string name) =>
        Assert.True(_usual.Read(encoded, name).Pixels.SequenceEqual(_strict.Read(encoded, name).Pixels), name);
}
