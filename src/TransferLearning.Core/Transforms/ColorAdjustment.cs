using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Changes pixels in place: blends each value with a reference value by a factor.</summary>
/// <remarks>Source: Pillow's ImageEnhance and libImaging/Blend.c: reference + factor * (value - reference) in float32, cut to 0 to 255 and truncated.</remarks>
internal static class ColorAdjustment
{
    /// <summary>The reference is black.</summary>
    public static void Brightness(Span<byte> pixels, float factor) => BlendWith(0, pixels, factor);

    /// <summary>The reference is the mean gray of the whole image, rounded.</summary>
    public static void Contrast(Span<byte> pixels, float factor)
    {
        long sum = 0;
        for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
            sum += Gray(pixels[i], pixels[i + 1], pixels[i + 2]);
        double mean = (double)sum / (pixels.Length / PixelBuffer.Channels);
        BlendWith((int)(mean + 0.5), pixels, factor);
    }

    /// <summary>The reference is each pixel's own gray.</summary>
    public static void Saturation(Span<byte> pixels, float factor)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
        {
            int gray = Gray(pixels[i], pixels[i + 1], pixels[i + 2]);
            for (int channel = i; channel < i + PixelBuffer.Channels; channel++)
                pixels[channel] = Blend(gray, pixels[channel], factor);
        }
    }

    private static void BlendWith(int reference, Span<byte> pixels, float factor)
    {
        Span<byte> table = stackalloc byte[byte.MaxValue + 1];
        for (int value = 0; value < table.Length; value++)
            table[value] = Blend(reference, value, factor);
        foreach (ref byte value in pixels)
            value = table[value];
    }

    internal static byte Blend(int reference, int value, float factor) =>
        (byte)Math.Clamp(reference + factor * (value - reference), 0, byte.MaxValue);

    // ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, in 16-bit fixed point.
    internal static int Gray(int red, int green, int blue) => (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
