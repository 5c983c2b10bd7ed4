using TransferLearning.Imaging;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Moves the pixels of an image, bit for bit as Pillow's transform does: each pixel of the result is looked up where it came from.</summary>
/// <remarks>Source: Pillow's libImaging/Geometry.c. Images of 32,768 pixels a side and more are rounded as smaller ones are.</remarks>
internal static class Warp
{
    private const int FixedPointBits = 16;

    /// <param name="image">The image; left as it is.</param>
    /// <param name="map">Where pixels come from.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of what comes from outside the image.</param>
    /// <returns>A new image of the same size.</returns>
    public static PixelBuffer Apply(PixelBuffer image, PixelMap map, SamplingFilter filter, PixelColor fill)
    {
        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);
        fill.Fill(result.Pixels);
        if (filter == SamplingFilter.Bilinear)
            LookUpBetween(image, map, result);
        else if (map.IsScaling)
            CopyColumns(image, map, result);
        else if (map.IsAffine)
            LookUpNearest(image, map, result);
        else
            LookUpNearestOneByOne(image, map, result);
        return result;
    }

    private static void CopyColumns(PixelBuffer image, PixelMap map, PixelBuffer result)
    {
        var columns = new int[result.Width];
        double fromX = map.C + map.A * 0.5, fromY = map.F + map.E * 0.5;
        for (int x = 0; x < columns.Length; x++, fromX += map.A)
            columns[x] = fromX >= 0 && fromX < image.Width ? (int)fromX * PixelBuffer.Channels : -1;

        for (int y = 0; y < result.Height; y++, fromY += map.E)
        {
            if (!(fromY >= 0 && fromY < image.Height))
                continue;
            ReadOnlySpan<byte> from = image.Row((int)fromY);
            Span<byte> to = result.Row(y);
            for (int x = 0, at = 0; x < columns.Length; x++, at += PixelBuffer.Channels)
            {
                if (columns[x] >= 0)
                    CopyPixel(from, columns[x], to, at);
            }
        }
    }

    private static void LookUpNearest(PixelBuffer image, PixelMap map, PixelBuffer result)
    {
        // The center of the top left pixel, and the way that one pixel right or down goes there, in fixed point.
        long rowX = ToFixedPoint(map.C + map.A * 0.5 + map.B * 0.5), rowY = ToFixedPoint(map.F + map.D * 0.5 + map.E * 0.5);
        long rightX = ToFixedPoint(map.A), rightY = ToFixedPoint(map.D), downX = ToFixedPoint(map.B), downY = ToFixedPoint(map.E);
        long width = (long)image.Width << FixedPointBits, height = (long)image.Height << FixedPointBits;

        ReadOnlySpan<byte> pixels = image.Pixels;
        int stride = image.Stride;
        for (int y = 0; y < result.Height; y++, rowX += downX, rowY += downY)
        {
            (int first, int end) = Inside(rowX, rightX, width, result.Width);
            (int firstByY, int endByY) = Inside(rowY, rightY, height, result.Width);
            (first, end) = (Math.Max(first, firstByY), Math.Min(end, endByY));
            (long atX, long atY) = (rowX + first * rightX, rowY + first * rightY);
            Span<byte> to = result.Row(y);
            for (int at = first * PixelBuffer.Channels; at < end * PixelBuffer.Channels; at += PixelBuffer.Channels, atX += rightX, atY += rightY)
                CopyPixel(pixels, (int)(atY >> FixedPointBits) * stride + (int)(atX >> FixedPointBits) * PixelBuffer.Channels, to, at);
        }
    }

    /// <summary>For which steps, from the first to before the end, start + step * count lies in [0, limit).</summary>
    private static (int First, int End) Inside(long start, long step, long limit, int count)
    {
        if (step == 0)
            return start >= 0 && start < limit ? (0, count) : (0, 0);
        if (step < 0)
            (start, step) = (limit - 1 - start, -step); // mirrored
        long first = start >= 0 ? 0 : (step - 1 - start) / step;
        long end = start >= limit ? 0 : (limit - start + step - 1) / step;
        return ((int)Math.Min(first, count), (int)Math.Min(end, count));
    }

    private static void LookUpNearestOneByOne(PixelBuffer image, PixelMap map, PixelBuffer result)
    {
        for (int y = 0; y < result.Height; y++)
        {
            Span<byte> to = result.Row(y);
            for (int x = 0; x < result.Width; x++)
            {
                (double fromX, double fromY) = map.SourceOf(x + 0.5, y + 0.5);
                if (fromX >= 0 && fromX < image.Width && fromY >= 0 && fromY < image.Height)
                    CopyPixel(image.Row((int)fromY), (int)fromX * PixelBuffer.Channels, to, x * PixelBuffer.Channels);
            }
        }
    }

    private static void LookUpBetween(PixelBuffer image, PixelMap map, PixelBuffer result)
    {
        for (int y = 0; y < result.Height; y++)
        {
            Span<byte> to = result.Row(y);
            for (int x = 0; x < result.Width; x++)
            {
                (double fromX, double fromY) = map.SourceOf(x + 0.5, y + 0.5);
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

    private static void CopyPixel(ReadOnlySpan<byte> from, int source, Span<byte> to, int target)
    {
        to[target] = from[source];
        to[target + 1] = from[source + 1];
        to[target + 2] = from[source + 2];
    }
}
