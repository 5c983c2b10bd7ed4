using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Rotates an image about its center, identical to Pillow's rotate.</summary>
/// <remarks>Source: Pillow's Image.rotate and libImaging/Geometry.c: each pixel of the result is looked up where the turn brought it from.</remarks>
internal static class Rotation
{
    private const int FixedPointBits = 16;

    /// <param name="image">The image; left as it is.</param>
    /// <param name="degrees">Counter-clockwise.</param>
    /// <param name="filter">The interpolation.</param>
    public static PixelBuffer Rotate(PixelBuffer image, double degrees, RotationFilter filter)
    {
        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);
        result.Pixels.Clear();
        var origin = Origin.After(degrees, image);
        if (filter == RotationFilter.Nearest)
            LookUpNearest(image, origin, result);
        else
            LookUpBetween(image, origin, result);
        return result;
    }

    private static void LookUpNearest(PixelBuffer image, Origin origin, PixelBuffer result)
    {
        // The middle of the top left pixel, and the way that one pixel right or down goes there, in fixed point.
        (double startX, double startY) = origin.Of(0.5, 0.5);
        long rowX = ToFixedPoint(startX), rowY = ToFixedPoint(startY);
        long cosine = ToFixedPoint(origin.Cosine), sine = ToFixedPoint(origin.Sine), back = ToFixedPoint(-origin.Sine);

        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int y = 0; y < result.Height; y++, rowX += sine, rowY += cosine)
        {
            Span<byte> to = result.Row(y);
            (long atX, long atY) = (rowX, rowY);
            for (int column = 0; column < to.Length; column += PixelBuffer.Channels, atX += cosine, atY += back)
            {
                (long fromX, long fromY) = (atX >> FixedPointBits, atY >> FixedPointBits);
                if (fromX >= 0 && fromX < image.Width && fromY >= 0 && fromY < image.Height)
                    pixels.Slice((int)(fromY * image.Stride + fromX * PixelBuffer.Channels), PixelBuffer.Channels).CopyTo(to[column..]);
            }
        }
    }

    private static void LookUpBetween(PixelBuffer image, Origin origin, PixelBuffer result)
    {
        for (int y = 0; y < result.Height; y++)
        {
            Span<byte> to = result.Row(y);
            for (int x = 0; x < result.Width; x++)
            {
                (double fromX, double fromY) = origin.Of(x + 0.5, y + 0.5);
                if (fromX >= 0 && fromX < image.Width && fromY >= 0 && fromY < image.Height)
                    Interpolate(image, fromX - 0.5, fromY - 0.5, to.Slice(x * PixelBuffer.Channels, PixelBuffer.Channels));
            }
        }
    }

    /// <summary>The weighted mean of the four pixels around a place; pixels beyond the edge are the edge's.</summary>
    private static void Interpolate(PixelBuffer image, double x, double y, Span<byte> to)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        (double shareRight, double shareBottom) = (x - left, y - top);
        ReadOnlySpan<byte> upper = image.Row(Math.Max(top, 0));
        ReadOnlySpan<byte> lower = image.Row(Math.Min(top + 1, image.Height - 1));
        int nearColumn = Math.Max(left, 0) * PixelBuffer.Channels;
        int farColumn = Math.Min(left + 1, image.Width - 1) * PixelBuffer.Channels;
        for (int channel = 0; channel < PixelBuffer.Channels; channel++)
        {
            double above = Between(upper[nearColumn + channel], upper[farColumn + channel], shareRight);
            double below = Between(lower[nearColumn + channel], lower[farColumn + channel], shareRight);
            to[channel] = (byte)Between(above, below, shareBottom);
        }
    }

    private static double Between(double first, double second, double share) => first + (second - first) * share;

    private static long ToFixedPoint(double value) => (long)Math.Floor(value * (1 << FixedPointBits) + 0.5);

    /// <summary>Where in the unturned image a place of the turned one comes from.</summary>
    private readonly record struct Origin(double Cosine, double Sine, double ShiftX, double ShiftY)
    {
        public static Origin After(double degrees, PixelBuffer image)
        {
            // Rounding makes the sine of a half turn 0 rather than almost 0.
            double radians = -double.DegreesToRadians(degrees);
            double cosine = Math.Round(Math.Cos(radians), 15);
            double sine = Math.Round(Math.Sin(radians), 15);
            (double centerX, double centerY) = (image.Width / 2.0, image.Height / 2.0);
            return new Origin(
                cosine,
                sine,
                cosine * -centerX + sine * -centerY + centerX,
                -sine * -centerX + cosine * -centerY + centerY);
        }

        public (double X, double Y) Of(double x, double y) =>
            (Cosine * x + Sine * y + ShiftX, -Sine * x + Cosine * y + ShiftY);
    }
}
