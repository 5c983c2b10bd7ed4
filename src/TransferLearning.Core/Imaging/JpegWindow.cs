using SkiaSharp;

namespace TransferLearning.Imaging;

/// <summary>Decodes some rows and columns of a JPEG: rows below are not even read, blocks left and right not transformed.</summary>
internal static class JpegWindow
{
    // An edge's colors are interpolated from one color sample beyond it, two pixels; libjpeg cuts at whole blocks.
    private const int Block = 16;

    /// <summary>What must be decoded for a part to come out as though everything had been.</summary>
    public static PixelRectangle Around(PixelRectangle part, int imageWidth, bool isOneSequentialScan)
    {
        if (!isOneSequentialScan)
            return part with { Left = 0, Width = imageWidth };

        int left = Math.Max(part.Left - Block, 0) / Block * Block;
        int right = (int)Math.Min(((long)part.Right + Block + Block - 1) / Block * Block, imageWidth);
        return part with { Left = left, Width = right - left };
    }

    /// <summary>Decodes into memory of the window's size.</summary>
    public static SKCodecResult GetPixels(SKCodec codec, SKImageInfo format, PixelRectangle window, nint pixels)
    {
        var columns = SKRectI.Create(window.Left, 0, window.Width, format.Height);
        SKCodecResult started = codec.StartScanlineDecode(format, new SKCodecOptions(SKZeroInitialized.No, columns));
        if (started != SKCodecResult.Success)
            return started;

        bool skipped = window.Top == 0 || codec.SkipScanlines(window.Top);
        bool whole = skipped && codec.GetScanlines(pixels, window.Height, window.Width * format.BytesPerPixel) == window.Height;
        return whole ? SKCodecResult.Success : SKCodecResult.IncompleteInput;
    }
}
