using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

/// <summary>Of a resize before a crop, only what the crop keeps is computed, with the bits of the whole.</summary>
public sealed class PartialResultTests
{
    private const long Megabyte = 1 << 20;

    private static readonly TransformPipeline[] _pipelines =
    [
        TransformPipeline.Empty.Resize(40).CenterCrop(32),
        TransformPipeline.Empty.Resize(40, Interpolation.Bicubic).CenterCrop(31, 23),
        TransformPipeline.Empty.Resize(20).CenterCrop(32),
        TransformPipeline.Empty.Resize(50, 30).RandomResizedCrop(16),
        TransformPipeline.Empty.Resize(30).Resize(20).CenterCrop(16).RandomHorizontalFlip(),
        TransformPipeline.Empty.RandomHorizontalFlip().Resize(36).CenterCrop(24),
        TransformPipeline.Empty.CenterCrop(36).Resize(36).CenterCrop(24),
    ];

    [Theory]
    [InlineData(61, 47)]
    [InlineData(47, 61)]
    [InlineData(40, 40)]
    [InlineData(200, 9)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(1, 1)]
    public void Apply_ResizeBeforeACrop_EqualsBothInTurn(int width, int height)
    {
        PixelBuffer image = TestImages.Noise(width, height);

        foreach (TransformPipeline pipeline in _pipelines)
        {
            PixelBuffer expected = image;
            for (int index = 0; index < pipeline.Operations.Count; index++)
                expected = pipeline.Operations[index].Apply(expected, new ImageKey(3, 1, 7).Stream(index));
            Assert.True(expected.Pixels.SequenceEqual(pipeline.Apply(image, seed: 3, epoch: 1, sample: 7).Pixels), pipeline.Fingerprint);
        }
    }

    [SkippableFact]
    public void Apply_EvaluationOfPhotographs_EqualsResizeThenCrop()
    {
        string folder = ReferenceData.Require("data/hymenoptera_data/val/ants");
        var reader = new ImageReader(new SkiaImageDecoder());
        foreach (string path in Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Take(12))
        {
            PixelBuffer image = reader.Read(File.ReadAllBytes(path), path);
            PixelBuffer resized = new Resize(256).Apply(image, new RandomStream(0));

            PixelBuffer whole = TransformPipeline.ForEvaluation(new Preprocessing()).Apply(image, 0, 1, 0);

            Assert.True(new CenterCrop(224).Apply(resized, new RandomStream(0)).Pixels.SequenceEqual(whole.Pixels), path);
        }
    }

    [Theory]
    [InlineData(1, 2700)]
    [InlineData(2700, 1)]
    [InlineData(1, 65535)]
    [InlineData(65535, 1)]
    [InlineData(3, 8000)]
    public void Read_NarrowImageForEvaluation_TakesLittleMemory(int width, int height)
    {
        byte[] encoded = DrawnImage.Png(width, height);
        var images = new PipelineReader(new ImageReader(new SkiaImageDecoder()), TransformPipeline.ForEvaluation(new Preprocessing()));

        long before = GC.GetAllocatedBytesForCurrentThread();
        PixelBuffer image = images.Read(encoded, "narrow.png", default);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((224, 224), (image.Width, image.Height));
        Assert.InRange(taken, 0, 2 * Megabyte);
    }

    [Fact]
    public void Read_ResizeOfANarrowImageWithoutACrop_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] encoded = DrawnImage.Png(1, 65535);
        var images = new PipelineReader(new ImageReader(new SkiaImageDecoder()), TransformPipeline.Empty.Resize(256).RandomHorizontalFlip());
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<TransformException>(() => images.Read(encoded, "narrow.png", new ImageKey(0, 1, 4)));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Megabyte);
        Assert.Equal(
            "Operation 0 of 0 to 1, Resize, failed on 'narrow.png', sample 4 in epoch 1: 1x65535 pixels would become 256x16776960, "
            + "which is 4294901760 pixels; the limit is 178956970 (ImageReaderOptions.MaximumPixels).",
            error.Message);
    }

    [Fact]
    public void Read_LimitOfPixels_HoldsForEveryResult()
    {
        var resized = Assert.Throws<TransformException>(() => Read(TransformPipeline.Empty.Resize(3000), 5_000_000));
        var grown = Assert.Throws<TransformException>(() => Read(TransformPipeline.Empty.Then((_, _) => new PixelBuffer(5_000_001, 1)), 5_000_000));

        Assert.Contains("failed on 'image': 40x30 pixels would become 4000x3000, which is 12000000 pixels; the limit is 5000000", resized.Message);
        Assert.Contains("5000001x1, which is 5000001 pixels; the limit is 5000000", grown.Message);
        Assert.Equal(30, Read(TransformPipeline.Empty.Resize(3000).CenterCrop(30), 5_000_000).Width);
        Assert.Equal(256, Read(TransformPipeline.Empty.Resize(256), 1200).Height);

        static PixelBuffer Read(TransformPipeline pipeline, long maximumPixels) =>
            new PipelineReader(new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = maximumPixels }), pipeline)
                .Read(DrawnImage.Png(), "image", default);
    }

    [Theory]
    [InlineData(1, 40_000_000)]
    [InlineData(40_000_000, 1)]
    public void Resize_OfAbsurdProportionsToAnExactSize_IsRefusedBeforeMemoryIsTaken(int width, int height)
    {
        PixelBuffer image = PixelBuffer.Rent(width, height);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidOperationException>(() => new Resize(224, 224).Apply(image, new RandomStream(0)));

        image.Release();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Megabyte);
        Assert.Contains("A resize from 40000000 to 224 pixels takes", error.Message);
    }

    [Fact]
    public void Resize_RowsBetweenThePassesBeyondTheLimit_AreRefused()
    {
        PixelBuffer image = PixelBuffer.Rent(1, 900_000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidOperationException>(() => new Resize(224, 224).Apply(image, new RandomStream(0)));

        image.Release();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * Megabyte);
        Assert.Contains("A resize of 900000 rows to 224 pixels each takes 633600000 bytes between its passes; the limit is 536870912", error.Message);
    }

    [Fact]
    public void Resize_WhoseLongerSideNoNumberHolds_SaysSo() =>
        Assert.Contains("would have 2560000000 pixels", Assert.Throws<InvalidOperationException>(() => new Resize(256).GetResultSize(1, 10_000_000)).Message);

    [Fact]
    public void Apply_TransformOfOnesOwnBeforeACrop_IsAskedForThePartAlone()
    {
        var tripled = new Tripled();
        PixelBuffer image = TestImages.Noise(20, 10);

        PixelBuffer cropped = TransformPipeline.Empty.Then(tripled).CenterCrop(12, 6).Apply(image, 0, 1, 0);

        Assert.Equal([new PixelRectangle(24, 12, 12, 6)], tripled.Asked);
        PixelBuffer whole = ((ITransform)tripled).Apply(image, new RandomStream(0));
        Assert.Equal(new CenterCrop(12, 6).Apply(whole, new RandomStream(0)).Pixels.ToArray(), cropped.Pixels.ToArray());
    }

    /// <summary>Every pixel three times in either direction.</summary>
    private sealed class Tripled : IPartialResultTransform
    {
        public List<PixelRectangle> Asked { get; } = [];

        public (int Width, int Height) GetResultSize(int width, int height) => (width * 3, height * 3);

        public PixelBuffer ApplyForPart(PixelBuffer image, PixelRectangle part)
        {
            Asked.Add(part);
            var result = new PixelBuffer(part.Width, part.Height);
            for (int y = 0; y < part.Height; y++)
            {
                for (int x = 0; x < part.Width; x++)
                {
                    (byte red, byte green, byte blue) = TestImages.Get(image, (part.Left + x) / 3, (part.Top + y) / 3);
                    TestImages.Set(result, x, y, red, green, blue);
                }
            }
            return result;
        }
    }
}
