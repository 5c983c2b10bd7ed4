using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class PipelineReaderTests
{
    private static TransformPipeline Augmentation { get; } = TransformPipeline.Empty.RandomResizedCrop(24).RandomHorizontalFlip().ColorJitter(brightness: 0.3);

    [Fact]
    public void Read_PipelineThatStartsWithARandomCrop_GivesWhatTheWholeImageGives()
    {
        byte[] encoded = DrawnImage.Jpeg(width: 140, height: 90);
        var reader = new ImageReader(new SkiaImageDecoder());
        var images = new PipelineReader(reader, Augmentation);
        PixelBuffer whole = reader.Read(encoded, "image");

        for (int sample = 0; sample < 60; sample++)
        {
            PixelBuffer expected = Augmentation.Apply(whole, seed: 3, epoch: 1, sample);
            Assert.Equal(expected.Pixels.ToArray(), images.Read(encoded, "image", new ImageKey(3, 1, sample)).Pixels.ToArray());
        }
    }

    [Fact]
    public void Read_PipelineThatStartsWithARandomCrop_AsksForThatPartAlone()
    {
        var decoder = new WatchedDecoder();
        var images = new PipelineReader(new ImageReader(decoder), Augmentation);

        images.Read(DrawnImage.Jpeg(140, 90), "image", new ImageKey(3, 1, 0));

        PixelRectangle expected = new RandomResizedCrop(24, 24).ChoosePart(140, 90, new ImageKey(3, 1, 0).Stream(0));
        Assert.Equal([expected], decoder.Asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_PipelineThatStartsWithACropOfOnesOwn_DecodesItsPartAloneToTheSameImage(bool isCenterCrop)
    {
        var decoder = new WatchedDecoder();
        ITransform crop = isCenterCrop ? new CenterCrop(50, 120) : new CropAtRandom();
        TransformPipeline pipeline = TransformPipeline.Empty.Then(crop).RandomHorizontalFlip();
        var key = new ImageKey(3, 1, 2);

        byte[] read = new PipelineReader(new ImageReader(decoder), pipeline).Read(DrawnImage.Jpeg(140, 90), "image", key).Pixels.ToArray();

        Assert.Equal([((IPartialTransform)crop).ChoosePart(140, 90, key.Stream(0))], decoder.Asked);
        Assert.Equal(pipeline.Apply(new ImageReader(decoder).Read(DrawnImage.Jpeg(140, 90), "image"), 3, 1, 2).Pixels.ToArray(), read);
    }

    [Fact]
    public void Read_CropThatLeavesTheImage_IsNamed()
    {
        var images = new PipelineReader(new ImageReader(new SkiaImageDecoder()), TransformPipeline.Empty.Then(new CropAtRandom(overhang: 100)));

        var error = Assert.Throws<TransformException>(() => images.Read(DrawnImage.Jpeg(140, 90), "image", default));

        Assert.Contains("CropAtRandom", error.Message);
        Assert.Contains("lie within the image of 140x90 pixels", error.Message);
    }

    [Fact]
    public void Read_LeadingCropWithoutRandomness_IsKeptWhereTheCacheHasRoomForItAlone()
    {
        var (decoder, cache) = (new WatchedDecoder(), new ImageCache(PixelBuffer.BytesOf(24, 24)));
        var images = new PipelineReader(new ImageReader(decoder), TransformPipeline.Empty.CenterCrop(24), cache);

        PixelBuffer read = images.Read(DrawnImage.Jpeg(140, 90), "image", default);

        Assert.Equal([new PixelRectangle(58, 33, 24, 24)], decoder.Asked);
        PixelBuffer? kept = images.Recall(default);
        Assert.Equal(read.Pixels.ToArray(), kept!.Pixels.ToArray());
    }

    [Fact]
    public void Read_PipelineThatLooksAtTheWholeImage_AsksForAllOfIt()
    {
        var decoder = new WatchedDecoder();

        new PipelineReader(new ImageReader(decoder), TransformPipeline.Empty.Resize(30).RandomResizedCrop(24)).Read(DrawnImage.Jpeg(), "image", default);
        new PipelineReader(new ImageReader(decoder), TransformPipeline.Empty).Read(DrawnImage.Jpeg(), "image", default);

        Assert.Equal([null, null], decoder.Asked);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    public void Read_ImageThatIsTurned_IsDecodedWholeAndCroppedUpright(int orientation, bool whole)
    {
        var decoder = new WatchedDecoder(orientation);
        var reader = new ImageReader(decoder, new ImageReaderOptions { ApplyExifOrientation = true });
        byte[] encoded = DrawnImage.Jpeg(140, 90);

        PixelBuffer read = new PipelineReader(reader, Augmentation).Read(encoded, "image", new ImageKey(3, 1, 0));

        Assert.Equal(whole, Assert.Single(decoder.Asked) is null);
        Assert.Equal(Augmentation.Apply(reader.Read(encoded, "image"), 3, 1, 0).Pixels.ToArray(), read.Pixels.ToArray());
    }

    [Fact]
    public void Read_BrokenImage_IsRefusedByName()
    {
        var images = new PipelineReader(new ImageReader(new SkiaImageDecoder()), Augmentation);
        byte[] cut = DrawnImage.Jpeg()[..^2];

        Assert.Equal("cut.jpg", Assert.Throws<ImageFormatException>(() => images.Read(cut, "cut.jpg", default)).ImageName);
        Assert.Equal("empty.jpg", Assert.Throws<ImageFormatException>(() => images.Read([], "empty.jpg", default)).ImageName);
    }

    [Fact]
    public void Read_ImageAboveTheLimit_IsRefusedBeforeItIsDecoded()
    {
        var decoder = new WatchedDecoder();
        var images = new PipelineReader(new ImageReader(decoder, new ImageReaderOptions { MaximumPixels = 1199 }), Augmentation);

        Assert.Throws<ImageFormatException>(() => images.Read(DrawnImage.Jpeg(40, 30), "large.jpg", default));

        Assert.Empty(decoder.Asked);
    }

    /// <summary>A crop of a user's own: knows what the public interface says.</summary>
    private sealed class CropAtRandom(int overhang = 0) : IPartialTransform
    {
        public PixelRectangle ChoosePart(int width, int height, RandomStream random) =>
            new(random.NextInt32(width / 2), random.NextInt32(height / 2), width / 2 + overhang, height / 2);

        public PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part)
        {
            var result = new PixelBuffer(part.Width, part.Height);
            for (int y = 0; y < part.Height; y++)
                image.Row(part.Top + y).Slice(part.Left * PixelBuffer.Channels, result.Stride).CopyTo(result.Row(y));
            return result;
        }
    }
}
