namespace TransferLearning.Imaging;

/// <summary>Antialiased resize, bit for bit what Pillow up to 12 gives: a horizontal pass into 8 bits, then a vertical one.</summary>
internal static class Resampler
{
    /// <summary>The rows between the passes may take this many bytes, or as many as the source or the result if that is more.</summary>
    public const long LeastRowLimit = 1L << 29;

    /// <summary>
    /// Resizes a part of an image as though it had been cut out first: nothing outside it has any influence. Of the result, a part
    /// is computed alone, with the same bits as in the whole; time and memory depend on it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rows between the passes, or the weights, would take too much memory.</exception>
    public static PixelBuffer Resize(PixelBuffer source, PixelRectangle area, int width, int height, Interpolation interpolation, PixelRectangle? part = null)
    {
        PixelRectangle wanted = part ?? new PixelRectangle(0, 0, width, height);
        area.RequireWithin(source.Width, source.Height, nameof(area)); // the vector passes address memory directly
        wanted.RequireWithin(width, height, nameof(part));

        ResamplingTaps columns = ResamplingTaps.Compute(area.Width, width, wanted.Left, wanted.Width, interpolation);
        ResamplingTaps rows = ResamplingTaps.Compute(area.Height, height, wanted.Top, wanted.Height, interpolation);
        var needed = new PixelRectangle(area.Left + columns.Start, area.Top + rows.Start, columns.Length, rows.Length);

        long limit = Math.Max(LeastRowLimit, Math.Max(source.PaddedBytes.Length, PixelBuffer.BytesOf(wanted.Width, wanted.Height)));
        using var narrowed = new ResampledRows(wanted.Width, needed.Height, limit);
        VectorResampling.Horizontal(source, needed, columns, narrowed);

        var result = PixelBuffer.Rent(wanted.Width, wanted.Height);
        VectorResampling.Vertical(narrowed, rows, result);
        return result;
    }
}
