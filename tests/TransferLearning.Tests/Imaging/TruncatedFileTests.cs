using SkiaSharp;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Imaging;

public sealed class TruncatedFileTests
{
    private static readonly string[] _common = ["jpeg", "png", "webp", "gray jpeg", "cmyk jpeg", "progressive jpeg", "lossless webp"];

    public static TheoryData<string, IImageDecoder> Files
    {
        get
        {
            var files = new TheoryData<string, IImageDecoder>();
            foreach (string file in _common.Concat(["gif", "bmp"]))
                files.Add(file, new SkiaImageDecoder());
            foreach (string file in _common)
                files.Add(file, new ImageSharpDecoder());
            return files;
        }
    }

    public static TheoryData<IImageDecoder> Decoders => [new SkiaImageDecoder(), new ImageSharpDecoder()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_FileCutAtAnyLength_IsRefusedByName(string file, IImageDecoder decoder)
    {
        byte[] whole = Bytes(file);
        var reader = new ImageReader(decoder);
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
    [MemberData(nameof(Decoders))]
    public void Decode_JpegOfAnySizeWithoutItsEndMarker_IsTruncated(IImageDecoder decoder)
    {
        // The last rows of some of these are complete without the marker, and the decoder alone is content with them.
        for (int side = 8; side < 72; side++)
        {
            byte[] whole = TestImages.Encode(TestImages.Noise(side, side), SKEncodedImageFormat.Jpeg);

            Assert.Equal(DecodeStatus.Truncated, decoder.Decode(whole.AsSpan(0, whole.Length - 2), out _));
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Decode_EndMarkerWithinAThumbnail_DoesNotCount(IImageDecoder decoder)
    {
        byte[] whole = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        byte[] withThumbnail = [.. whole[..2], 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9, .. whole[2..]];

        Assert.Equal(DecodeStatus.Success, decoder.Decode(withThumbnail, out _));
        Assert.Equal(DecodeStatus.Truncated, decoder.Decode(withThumbnail.AsSpan(0, withThumbnail.Length - 2), out _));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BytesAfterTheEnd_AreIgnored(string file, IImageDecoder decoder)
    {
        byte[] whole = Bytes(file);
        var reader = new ImageReader(decoder);

        PixelBuffer image = reader.Read([.. whole, 1, 2, 3, 4], file);

        Assert.Equal(reader.Read(whole, file).Pixels.ToArray(), image.Pixels.ToArray());
    }

    private static byte[] Bytes(string file) => file switch
    {
        "jpeg" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg),
        "png" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Png),
        "webp" => TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Webp),
        "gray jpeg" => EncodedImages.GrayJpeg,
        "cmyk jpeg" => EncodedImages.CmykJpeg,
        "progressive jpeg" => EncodedImages.ProgressiveJpeg,
        "gif" => EncodedImages.AnimatedGif,
        "bmp" => EncodedImages.Bmp,
        _ => EncodedImages.LosslessWebp,
    };
}
