using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning.Imaging;

/// <summary>Drops the fourth byte of every pixel: what decoders write is four bytes wide, a <see cref="PixelBuffer"/> three.</summary>
internal static class RgbaPixels
{
    private const int BytesPerPixel = 4;
    private const int PixelsPerVector = 4;

    public static void CopyTo(ReadOnlySpan<byte> rgba, PixelBuffer destination)
    {
        int pixels = destination.Width * destination.Height;
        ref byte from = ref MemoryMarshal.GetReference(rgba[..(pixels * BytesPerPixel)]);
        ref byte to = ref MemoryMarshal.GetArrayDataReference(destination.PaddedBytes);

        int pixel = 0;
        Vector128<byte> colours = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        for (; pixel <= pixels - PixelsPerVector; pixel += PixelsPerVector)
        {
            // Sixteen bytes are stored, of which twelve count: the next store, or the padding, takes the rest.
            Vector128<byte> four = Vector128.LoadUnsafe(ref from, (nuint)pixel * BytesPerPixel);
            Vector128.Shuffle(four, colours).StoreUnsafe(ref to, (nuint)pixel * PixelBuffer.Channels);
        }
        for (; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < PixelBuffer.Channels; channel++)
                Unsafe.Add(ref to, pixel * PixelBuffer.Channels + channel) = Unsafe.Add(ref from, pixel * BytesPerPixel + channel);
        }
    }
}
