using TransferLearning.Batching;
using TransferLearning.Imaging;
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

        PixelRectangle expected = new RandomResizedCrop(24, 24).Choose(140, 90, new ImageKey(3, 1, 0).Stream(0));
        Assert.Equal([expected], decoder.Asked);
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
}
