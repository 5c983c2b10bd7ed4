using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Shifts the hue of pixels in place, through an 8-bit HSV conversion.</summary>
/// <remarks>
/// Source: torchvision's adjust_hue and the HSV conversions of Pillow's libImaging/Convert.c (after Smith, "Color Gamut
/// Transform Pairs", 1978). The conversion is not lossless, even with a shift of 0.
/// </remarks>
internal static class HueAdjustment
{
    /// <param name="pixels">Changed in place.</param>
    /// <param name="share">The shift, as a fraction of the color circle; -0.5 to 0.5.</param>
    public static void Turn(Span<byte> pixels, double share)
    {
        byte turn = unchecked((byte)(int)(share * 255));
        for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
        {
            Span<byte> pixel = pixels.Slice(i, PixelBuffer.Channels);
            (byte hue, byte saturation, byte value) = ToHsv(pixel[0], pixel[1], pixel[2]);
            (pixel[0], pixel[1], pixel[2]) = ToRgb(unchecked((byte)(hue + turn)), saturation, value);
        }
    }

    private static (byte Hue, byte Saturation, byte Value) ToHsv(byte red, byte green, byte blue)
    {
        byte largest = Math.Max(red, Math.Max(green, blue));
        byte smallest = Math.Min(red, Math.Min(green, blue));
        if (largest == smallest)
            return (0, 0, largest);

        float range = largest - smallest;
        float redDistance = (largest - red) / range;
        float greenDistance = (largest - green) / range;
        float blueDistance = (largest - blue) / range;
        float sixths = largest == red ? blueDistance - greenDistance
            : largest == green ? (float)(2.0 + redDistance - blueDistance)
            : (float)(4.0 + greenDistance - redDistance);

        float hue = (float)((sixths / 6.0 + 1.0) % 1.0);
        float saturation = range / largest;
        return ((byte)(hue * 255.0), (byte)(saturation * 255.0), largest);
    }

    private static (byte Red, byte Green, byte Blue) ToRgb(byte hue, byte saturation, byte value)
    {
        if (saturation == 0)
            return (value, value, value);

        double sixths = hue * 6.0 / 255.0;
        int sector = (int)sixths;
        float within = (float)(sixths - sector);
        float share = (float)(saturation / 255.0);
        byte lowest = Round(value * (1.0 - share));
        byte falling = Round(value * (1.0 - share * within));
        byte rising = Round(value * (1.0 - share * (1.0 - within)));

        return (sector % 6) switch
        {
            0 => (value, rising, lowest),
            1 => (falling, value, lowest),
            2 => (lowest, value, rising),
            3 => (lowest, falling, value),
            4 => (rising, lowest, value),
            _ => (value, lowest, falling),
        };
    }

    private static byte Round(double value) => (byte)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, byte.MaxValue);
}
