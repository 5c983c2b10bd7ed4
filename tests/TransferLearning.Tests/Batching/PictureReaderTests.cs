using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class PictureReaderTests
{
    private static TransformPipeline Augmentation { get; } = TransformPipeline.Empty.RandomResizedCrop(24).RandomHorizontalFlip().ColorJitter(brightness: 0.3);

    [Fact]
    public void Read_PipelineThatStartsWithARandomCrop_GivesWhatTheWholePictureGives()
    {
        byte[] encoded = DrawnPicture.Jpeg(width: 140, height: 90);
        var reader = new ImageReader(new SkiaImageDecoder());
        var pictures = new PictureReader(reader, Augmentation);
        PixelBuffer whole = reader.Read(encoded, "picture");

        for (int sample = 0; sample < 60; sample++)
        {
            PixelBuffer expected = Augmentation.Apply(whole, seed: 3, epoch: 1, sample);
            Assert.Equal(expected.Pixels.ToArray(), pictures.Read(encoded, "picture", new PictureKey(3, 1, sample)).Pixels.ToArray());
        }
    }

    [Fact]
    public void Read_PipelineThatStartsWithARandomCrop_AsksForThatPartAlone()
    {
        var decoder = new WatchedDecoder();
        var pictures = new PictureReader(new ImageReader(decoder), Augmentation);

        pictures.Read(DrawnPicture.Jpeg(140, 90), "picture", new PictureKey(3, 1, 0));

        PixelRectangle expected = new RandomResizedCrop(24, 24).Choose(140, 90, new PictureKey(3, 1, 0).Stream(0));
        Assert.Equal([expected], decoder.Asked);
    }

    [Fact]
    public void Read_PipelineThatLooksAtTheWholePicture_AsksForAllOfIt()
    {
        var decoder = new WatchedDecoder();

        new PictureReader(new ImageReader(decoder), TransformPipeline.Empty.Resize(30).RandomResizedCrop(24)).Read(DrawnPicture.Jpeg(), "picture", default);
        new PictureReader(new ImageReader(decoder), TransformPipeline.Empty).Read(DrawnPicture.Jpeg(), "picture", default);

        Assert.Equal([null, null], decoder.Asked);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    public void Read_PictureThatIsTurned_IsDecodedWholeAndCroppedUpright(int orientation, bool whole)
    {
        var decoder = new WatchedDecoder(orientation);
        var reader = new ImageReader(decoder, new ImageReaderOptions { ApplyExifOrientation = true });
        byte[] encoded = DrawnPicture.Jpeg(140, 90);

        PixelBuffer read = new PictureReader(reader, Augmentation).Read(encoded, "picture", new PictureKey(3, 1, 0));

        Assert.Equal(whole, Assert.Single(decoder.Asked) is null);
        Assert.Equal(Augmentation.Apply(reader.Read(encoded, "picture"), 3, 1, 0).Pixels.ToArray(), read.Pixels.ToArray());
    }

    [Fact]
    public void Read_DecoderThatGivesAnotherSizeThanItsHeader_IsBlamed()
    {
        var reader = new ImageReader(new WatchedDecoder(orientation: 1, tooSmall: true));

        var error = Assert.Throws<InvalidOperationException>(() => reader.Read(DrawnPicture.Jpeg(40, 30), "picture"));

        Assert.Contains("WatchedDecoder gave 1x1 pixels of 'picture' where 40x30 were asked for", error.Message);
    }

    [Fact]
    public void Read_BrokenPicture_IsRefusedByName()
    {
        var pictures = new PictureReader(new ImageReader(new SkiaImageDecoder()), Augmentation);
        byte[] cut = DrawnPicture.Jpeg()[..^2];

        Assert.Equal("cut.jpg", Assert.Throws<ImageFormatException>(() => pictures.Read(cut, "cut.jpg", default)).ImageName);
        Assert.Equal("empty.jpg", Assert.Throws<ImageFormatException>(() => pictures.Read([], "empty.jpg", default)).ImageName);
    }

    [Fact]
    public void Read_PictureAboveTheLimit_IsRefusedBeforeItIsDecoded()
    {
        var decoder = new WatchedDecoder();
        var pictures = new PictureReader(new ImageReader(decoder, new ImageReaderOptions { MaximumPixels = 1199 }), Augmentation);

        Assert.Throws<ImageFormatException>(() => pictures.Read(DrawnPicture.Jpeg(40, 30), "large.jpg", default));

        Assert.Empty(decoder.Asked);
    }
}
