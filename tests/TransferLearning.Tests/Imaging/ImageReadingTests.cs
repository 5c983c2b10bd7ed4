using TransferLearning.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageReadingTests
{
    private static readonly IImageDecoder[] _known = [new SkiaImageDecoder(), new WatchedDecoder()];

    [Fact]
    public void From_WhatAReaderSays_ReadsAsItDoes()
    {
        var reader = new ImageReader(_known[1], new ImageReaderOptions { ApplyExifOrientation = true, MaximumPixels = 5_000 });

        ImageReader again = ImageReader.From(reader.Reading, _known);

        Assert.Equal(new ImageReading { Decoder = "watched", ApplyExifOrientation = true, MaximumPixels = 5_000 }, reader.Reading);
        Assert.Same(reader.Decoder, again.Decoder);
        Assert.Equal(reader.Options, again.Options);
    }

    [Fact]
    public void From_UnknownDecoder_NamesItAndThoseAtHand()
    {
        var error = Assert.Throws<InvalidDataException>(() => ImageReader.From(new ImageReading { Decoder = "imagesharp" }, _known));

        Assert.Contains("'imagesharp'", error.Message);
        Assert.Contains("at hand are 'skiasharp', 'watched'", error.Message);
    }

    [Fact]
    public void From_NoDecoderAtHand_SaysSo() =>
        Assert.Contains("none is at hand", Assert.Throws<InvalidDataException>(() => ImageReader.From(new ImageReading { Decoder = "skiasharp" }, [])).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void From_AbsurdLimit_IsRefused(long limit)
    {
        var error = Assert.Throws<InvalidDataException>(() => ImageReader.From(new ImageReading { Decoder = "skiasharp", MaximumPixels = limit }, _known));

        Assert.Contains($"{limit} pixels", error.Message);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(200, 100)]
    [InlineData(null, 100)]
    public void From_LimitOfTheLoader_LowersTheReadingsAndNeverRaisesIt(int? loader, long expected)
    {
        ImageReader reader = ImageReader.From(new ImageReading { Decoder = "skiasharp", MaximumPixels = 100 }, _known, maximumPixels: loader);

        Assert.Equal(expected, reader.Options.MaximumPixels);
    }

    [Fact]
    public void Reading_OfALimitBeyondMemory_IsOneThatCanBeReadAgain()
    {
        var reader = new ImageReader(_known[0], new ImageReaderOptions { MaximumPixels = long.MaxValue });

        Assert.Equal(PixelBuffer.MaximumPixels, ImageReader.From(reader.Reading, _known).Options.MaximumPixels);
    }
}
