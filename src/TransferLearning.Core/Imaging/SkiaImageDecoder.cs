using SkiaSharp;
using TransferLearning.Internal;

namespace TransferLearning.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, GIF (its first frame) and BMP with SkiaSharp; JPEG pixels equal libjpeg-turbo's default, as Pillow's do.</summary>
/// <remarks>
/// Keeps nothing between calls. A JPEG whose compressed data are altered but well formed cannot be told from a sound
/// one: like every decoder on libjpeg, this one then succeeds with wrong pixels, and completes data that were cut and closed again with
/// zeros, which <see cref="ImageReaderOptions.CheckJpegData"/> finds. A part of a JPEG takes about as much
/// less time as it is smaller; of the other formats everything is decoded.
/// </remarks>
public sealed class SkiaImageDecoder : IImageDecoder
{
    private const int BytesPerPixel = 4;

    /// <inheritdoc/>
    public string Identifier => "skiasharp";

    /// <inheritdoc/>
    public string? Fingerprint => $"{Identifier} {SkiaSharpVersion.Native}";

    /// <inheritdoc/>
    public unsafe bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        header = default;
        fixed (byte* start = encoded)
        {
            using SKCodec? codec = Open(start, encoded.Length, out _);
            if (codec is null)
                return false;
            header = new ImageHeader(codec.Info.Width, codec.Info.Height, (int)codec.EncodedOrigin, Format(codec));
            return true;
        }
    }

    /// <inheritdoc/>
    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => Decode(encoded, asked: null, destination);

    /// <inheritdoc/>
    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle part, PixelBuffer destination) => Decode(encoded, asked: part, destination);

    private static unsafe DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle? asked, PixelBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        fixed (byte* start = encoded)
        {
            using SKCodec? codec = Open(start, encoded.Length, out SKCodecResult result);
            if (codec is null)
                return Status(result);

            (int width, int height) = (codec.Info.Width, codec.Info.Height);
            var whole = new PixelRectangle(0, 0, width, height);
            PixelRectangle part = asked ?? whole;
            part.RequireWithin(width, height, nameof(part));
            destination.RequireSize(part.Width, part.Height, nameof(destination));
            bool? endReached = FileEnd.IsReached(encoded, Format(codec));
            if (endReached == false)
                return DecodeStatus.Truncated;

            bool byRows = codec.EncodedFormat == SKEncodedImageFormat.Jpeg && part != whole;
            PixelRectangle window = byRows ? JpegWindow.Around(part, width, JpegSegments.AreOneSequentialScan(encoded)) : whole;

            // The whole file is there, so data that the decoder misses were never in it.
            DecodeStatus status = Decode(codec, window, part, destination);
            return status == DecodeStatus.Truncated && endReached == true ? DecodeStatus.Corrupt : status;
        }
    }

    private static unsafe DecodeStatus Decode(SKCodec codec, PixelRectangle window, PixelRectangle part, PixelBuffer destination)
    {
        long length = (long)window.Width * window.Height * BytesPerPixel;
        if (length > Array.MaxLength)
            return DecodeStatus.Unsupported;

        // Unpremul keeps the color of transparent pixels; no color space means no conversion by an embedded profile.
        var format = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        byte[] rgba = LargeArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            SKCodecResult result;
            fixed (byte* pixels = rgba)
            {
                bool isWhole = (window.Width, window.Height) == (format.Width, format.Height);
                result = isWhole ? codec.GetPixels(format, (nint)pixels) : JpegWindow.GetPixels(codec, format, window, (nint)pixels);
            }
            if (result != SKCodecResult.Success)
                return Status(result);

            PixelRectangle inWindow = part with { Left = part.Left - window.Left, Top = part.Top - window.Top };
            RgbaPixels.Copy(rgba.AsSpan(0, (int)length), window.Width, inWindow, destination);
            return DecodeStatus.Success;
        }
        finally
        {
            LargeArrayPool<byte>.Shared.Return(rgba);
        }
    }

    private static unsafe SKCodec? Open(byte* start, int length, out SKCodecResult result)
    {
        // The stream refers to the bytes in place and lives as long as the codec, within the caller's fixed block.
        using SKData data = SKData.Create((nint)start, length);
        return SKCodec.Create(new SKMemoryStream(data), out result);
    }

    private static string Format(SKCodec codec) => codec.EncodedFormat.ToString().ToLowerInvariant();

    private static DecodeStatus Status(SKCodecResult result) => result switch
    {
        SKCodecResult.Success => DecodeStatus.Success,
        SKCodecResult.IncompleteInput => DecodeStatus.Truncated,
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => DecodeStatus.Corrupt,
        _ => DecodeStatus.Unsupported,
    };
}
