namespace TransferLearning.Imaging;

/// <summary>Antialiased resize, bit for bit what Pillow up to 12 gives: a horizontal pass into 8 bits, then a vertical one.</summary>
internal static class Resampler
{
    /// <summary>The rows between the passes may take this many bytes, or as many as the source or the result if that is more.</summary>
    public const long LeastRowLimit = 1L << 29;

    /// <summary>Resizes a part of an image as though it had been cut out first: nothing outside it has any influence.</summary>
    public static PixelBuffer Resize(PixelBuffer source, PixelRectangle area, int width, int height, Interpolation interpolation) =>
        Resize(source, area, width, height, new PixelRectangle(0, 0, width, height), interpolation);

    /// <summary>Computes a part of the result alone, with the same bits as in the whole; time and memory depend on the part.</summary>
    /// <exception cref="InvalidOperationException">The rows between the passes, or the weights, would take too much memory.</exception>
    public static PixelBuffer Resize(
        PixelBuffer source, PixelRectangle area, int width, int height, PixelRectangle part, Interpolation interpolation, bool vectorized = true)
    {
        area.RequireWithin(source.Width, source.Height, nameof(area)); // the vector passes address memory directly
        part.RequireWithin(width, height, nameof(part));

        ResamplingTaps columns = ResamplingTaps.Compute(area.Width, width, part.Left, part.Width, interpolation);
        ResamplingTaps rows = ResamplingTaps.Compute(area.Height, height, part.Top, part.Height, interpolation);
        var needed = new PixelRectangle(area.Left + columns.Start, area.Top + rows.Start, columns.Length, rows.Length);

        using var narrowed = new ResampledRows(part.Width, needed.Height, limit: Math.Max(Bytes(source.Width, source.Height), Bytes(part.Width, part.Height)));
        var result = PixelBuffer.Rent(part.Width, part.Height);
        if (vectorized)
        {
            VectorResampling.Horizontal(source, needed, columns, narrowed);
            VectorResampling.Vertical(narrowed, rows, result);
        }
        else
        {
            ScalarResampling.Horizontal(source, needed, columns, narrowed);
            ScalarResampling.Vertical(narrowed, rows, result);
        }
        return result;

        static long Bytes(int width, int height) => Math.Max(PixelBuffer.BytesOf(width, height), LeastRowLimit);
    }
}
