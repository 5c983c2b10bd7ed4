namespace TransferLearning.Imaging;

/// <summary>Antialiased resize, bit for bit what Pillow up to 12 gives: a horizontal pass into 8 bits, then a vertical one.</summary>
internal static class Resampler
{
    /// <summary>Resizes a part of an image as though it had been cut out first: nothing outside it has any influence.</summary>
    public static PixelBuffer Resize(PixelBuffer source, PixelRectangle area, int width, int height, Interpolation interpolation) =>
        Resize(source, area, width, height, interpolation, vectorized: true);

    internal static PixelBuffer Resize(
        PixelBuffer source, PixelRectangle area, int width, int height, Interpolation interpolation, bool vectorized)
    {
        area.RequireWithin(source.Width, source.Height, nameof(area)); // the vector passes address memory directly

        var result = PixelBuffer.Rent(width, height);
        ResamplingTaps columns = ResamplingTaps.Compute(area.Width, width, interpolation);
        ResamplingTaps rows = ResamplingTaps.Compute(area.Height, height, interpolation);

        using var narrowed = new ResampledRows(width, area.Height);
        if (vectorized)
        {
            VectorResampling.Horizontal(source, area, columns, narrowed);
            VectorResampling.Vertical(narrowed, rows, result);
        }
        else
        {
            ScalarResampling.Horizontal(source, area, columns, narrowed);
            ScalarResampling.Vertical(narrowed, rows, result);
        }
        return result;
    }
}
