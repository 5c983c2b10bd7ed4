using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class TruncatedFileTests
{
    public static TheoryData<string> Files => ["jpeg", "png", "webp", "grey jpeg", "cmyk jpeg", "gif", "bmp", "lossless webp"];

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
        "jpeg" => Pictures.Encode(Pictures.Noise(24, 17), SKEncodedImageFormat.Jpeg),
        "png" => Pictures.Encode(Pictures.Noise(24, 17), SKEncodedImageFormat.Png),
        "webp" => Pictures.Encode(Pictures.Noise(24, 17), SKEncodedImageFormat.Webp),
        "grey jpeg" => EncodedPictures.GreyJpeg,
        "cmyk jpeg" => EncodedPictures.CmykJpeg,
        "gif" => EncodedPictures.AnimatedGif,
        "bmp" => EncodedPictures.Bmp,
        _ => EncodedPictures.LosslessWebp,
    };
}
