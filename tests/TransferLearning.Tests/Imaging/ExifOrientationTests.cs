using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class ExifOrientationTests
{
    // The upright image is AB over CD over EF; each row says how a camera stored it.
    public static TheoryData<int, string[]> Stored => new()
    {
        { 1, ["AB", "CD", "EF"] },
        { 2, ["BA", "DC", "FE"] },
        { 3, ["FE", "DC", "BA"] },
        { 4, ["EF", "CD", "AB"] },
        { 5, ["ACE", "BDF"] },
        { 6, ["BDF", "ACE"] },
        { 7, ["FDB", "ECA"] },
        { 8, ["ECA", "FDB"] },
    };

    [Theory]
    [MemberData(nameof(Stored))]
    public void Apply_EveryOrientation_StandsUpright(int orientation, string[] stored)
    {
        PixelBuffer upright = ExifOrientation.Apply(TestImages.Letters(stored), orientation);

        Assert.Equal(["AB", "CD", "EF"], TestImages.ToLetters(upright));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Apply_UnknownOrientation_IsRefused(int orientation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ExifOrientation.Apply(TestImages.Noise(2, 2), orientation));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Read_JpegWithOrientation_TurnsOnlyWhenAsked(int orientation)
    {
        byte[] encoded = TestImages.WithOrientation(TestImages.Encode(TestImages.Noise(16, 8), SKEncodedImageFormat.Jpeg), orientation);
        var decoder = new SkiaImageDecoder();

        Assert.True(decoder.TryReadHeader(encoded, out ImageHeader header));
        PixelBuffer stored = new ImageReader(decoder).Read(encoded, "photo.jpg");
        PixelBuffer upright = new ImageReader(decoder, new ImageReaderOptions { ApplyExifOrientation = true }).Read(encoded, "photo.jpg");

        Assert.Equal(orientation, header.ExifOrientation);
        Assert.Equal((16, 8), (stored.Width, stored.Height));
        Assert.Equal(ExifOrientation.Apply(stored, orientation).Pixels.ToArray(), upright.Pixels.ToArray());
        Assert.Equal(orientation >= 5 ? 8 : 16, upright.Width);
    }
}
