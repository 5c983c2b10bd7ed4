using System.Buffers;
using SkiaSharp;

namespace TransferLearning.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, GIF (its first frame) and BMP with SkiaSharp; JPEG pixels equal libjpeg-turbo's default, as Pillow's do.</summary>
/// <remarks>
/// Keeps nothing between calls. A JPEG whose compressed data are altered but well formed cannot be told from a sound
/// one: like every decoder on libjpeg, this one then succeeds with wrong pixels.
/// </remarks>
public sealed class SkiaImageDecoder : IImageDecoder
{
    private const int BytesPerPixel = 4;

    /// <inheritdoc/>
    public unsafe bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        header = default;
        fixed (byte* start = encoded)
        {
            using SKCodec? codec = Open(start, encoded.Length, out _);
            if (codec is null)
                return false;
            string format = codec.EncodedFormat.ToString().ToLowerInvariant();
            header = new ImageHeader(codec.Info.Width, codec.Info.Height, (int)codec.EncodedOrigin, format);
            return true;
        }
    }

    /// <inheritdoc/>
    public unsafe DecodeStatus Decode(ReadOnlySpan<byte> encoded, out PixelBuffer? image)
    {
        image = null;
        fixed (byte* start = encoded)
        {
            using SKCodec? codec = Open(start, encoded.Length, out SKCodecResult result);
            if (codec is null)
                return Status(result);

            bool? endReached = FileEnd.IsReached(encoded, codec.EncodedFormat);
            if (endReached == false)
                return DecodeStatus.Truncated;

            // The whole file is there, so data that the decoder misses were never in it.
            DecodeStatus status = Decode(codec, out image);
            return status == DecodeStatus.Truncated && endReached == true ? DecodeStatus.Corrupt : status;
        }
    }

    private static unsafe DecodeStatus Decode(SKCodec codec, out PixelBuffer? image)
    {
        image = null;
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        long length = (long)width * height * BytesPerPixel;
        if (length > Array.MaxLength)
            return DecodeStatus.Unsupported;

        // Unpremul keeps the colour of transparent pixels; no colour space means no conversion by an embedded profile.
        var format = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        byte[] rgba = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            SKCodecResult result;
            fixed (byte* pixels = rgba)
                result = codec.GetPixels(format, (nint)pixels);
            if (result != SKCodecResult.Success)
                return Status(result);

            image = PixelBuffer.Uninitialized(width, height);
            RgbaPixels.CopyTo(rgba, image);
            return DecodeStatus.Success;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    private static unsafe SKCodec? Open(byte* start, int length, out SKCodecResult result)
    {
        // The stream refers to the bytes in place and lives as long as the codec, within the caller's fixed block.
        using SKData data = SKData.Create((nint)start, length);
        return SKCodec.Create(new SKMemoryStream(data), out result);
    }

    private static DecodeStatus Status(SKCodecResult result) => result switch
    {
        SKCodecResult.Success => DecodeStatus.Success,
        SKCodecResult.IncompleteInput => DecodeStatus.Truncated,
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => DecodeStatus.Corrupt,
        _ => DecodeStatus.Unsupported,
    };
}
