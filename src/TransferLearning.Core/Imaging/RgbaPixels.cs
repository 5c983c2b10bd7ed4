using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning.Imaging;

/// <summary>Drops the fourth byte of every pixel: what decoders write is four bytes wide, a <see cref="PixelBuffer"/> three.</summary>
internal static class RgbaPixels
{
    private const int BytesPerPixel = 4;
    private const int PixelsPerVector = 4;

    /// <param name="rgba">An image's rows without gaps.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="part">What is copied; lies within it.</param>
    /// <param name="destination">As large as the part.</param>
    public static void Copy(ReadOnlySpan<byte> rgba, int width, PixelRectangle part, PixelBuffer destination)
    {
        part.RequireWithin(width, rgba.Length / (width * BytesPerPixel), nameof(part));
        for (int y = 0; y < part.Height; y++)
        {
            ref byte from = ref MemoryMarshal.GetReference(rgba[(((part.Top + y) * width + part.Left) * BytesPerPixel)..]);
            ref byte to = ref MemoryMarshal.GetReference(destination.Row(y));
            CopyRow(ref from, ref to, part.Width);
        }
    }

    private static void CopyRow(ref byte from, ref byte to, int pixels)
    {
        int pixel = 0;
        Vector128<byte> colors = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        for (; pixel <= pixels - PixelsPerVector; pixel += PixelsPerVector)
        {
            // Sixteen bytes are stored, of which twelve count: the next store, the next row or the padding takes the rest.
            Vector128<byte> four = Vector128.LoadUnsafe(ref from, (nuint)pixel * BytesPerPixel);
            Vector128.Shuffle(four, colors).StoreUnsafe(ref to, (nuint)pixel * PixelBuffer.Channels);
        }
        for (; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < PixelBuffer.Channels; channel++)
                Unsafe.Add(ref to, pixel * PixelBuffer.Channels + channel) = Unsafe.Add(ref from, pixel * BytesPerPixel + channel);
        }
    }
}
