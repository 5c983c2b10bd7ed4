using SkiaSharp;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

public sealed class TruncatedFileTests
{
    public static TheoryData<string> Files => ["jpeg", "png", "webp", "grey jpeg", "cmyk jpeg", "progressive jpeg", "gif", "bmp", "lossless webp"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_FileCutAtAnyLength_IsRefusedByName(string file)
    {
        byte[] whole = Bytes(file);
        var reader = new ImageReader(new SkiaImageDecoder());
        Assert.NotNull(reader.Read(whole, "whole"));

        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            var error = Assert.Throws<ImageFormatException>(() => reader.Read(cut, "holiday.jpg"));
            Assert.Contains("holiday.jpg", error.Message);
            Assert.Contains($"{length} bytes", error.Message);
        }
    }

    [Fact]
    public void Decode_JpegOfAnySizeWithoutItsEndMarker_IsTruncated()
    {
        // The last rows of some of these are complete without the marker, and the decoder alone is content with them.
        for (int side = 8; side < 72; side++)
        {
            byte[] whole = TestImages.Encode(TestImages.Noise(side, side), SKEncodedImageFormat.Jpeg);

            Assert.Equal(DecodeStatus.Truncated, new SkiaImageDecoder().Decode(whole.AsSpan(0, whole.Length - 2), out _));
        }
    }

    [Fact]
    public void Decode_EndMarkerWithinAThumbnail_DoesNotCount()
    {
        byte[] whole = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        byte[] withThumbnail = [.. whole[..2], 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9, .. whole[2..]];

        Assert.Equal(DecodeStatus.Success, new SkiaImageDecoder().Decode(withThumbnail, out _));
        Assert.Equal(DecodeStatus.Truncated, new SkiaImageDecoder().Decode(withThumbnail.AsSpan(0, withThumbnail.Length - 2), out _));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BytesAfterTheEnd_AreIgnored(string file)
    {
        byte[] whole = Bytes(file);
        var reader = new ImageReader(new SkiaImageDecoder());

        PixelBuffer image = reader.Read([.. whole, 1, 2, 3, 4], file);

        Assert.Equal(reader.Read(whole, file).Pixels.ToArray(), image.Pixels.ToArray());
    }

    private static byte[] Bytes(string file) => file switch
    {
        "jpeg" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg),
        "png" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Png),
        "webp" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Webp),
        "grey jpeg" => EncodedImages.GrayJpeg,
        "cmyk jpeg" => EncodedImages.CmykJpeg,
        "progressive jpeg" => EncodedImages.ProgressiveJpeg,
        "gif" => EncodedImages.AnimatedGif,
        "bmp" => EncodedImages.Bmp,
        _ => EncodedImages.LosslessWebp,
    };
}
