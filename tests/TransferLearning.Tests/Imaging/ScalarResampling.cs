using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

/// <summary>The two passes of a resize, a value at a time: the definition that the vector code must equal.</summary>
internal static class ScalarResampling
{
    public static PixelBuffer Resize(PixelBuffer source, PixelRectangle area, int width, int height, Interpolation interpolation)
    {
        ResamplingTaps columns = ResamplingTaps.Compute(area.Width, width, 0, width, interpolation);
        ResamplingTaps rows = ResamplingTaps.Compute(area.Height, height, 0, height, interpolation);
        using var narrowed = new ResampledRows(width, area.Height, limit: int.MaxValue);
        var result = new PixelBuffer(width, height);
        Horizontal(source, area, columns, narrowed);
        Vertical(narrowed, rows, result);
        return result;
    }

    private static void Horizontal(PixelBuffer source, PixelRectangle area, ResamplingTaps columns, ResampledRows destination)
    {
        for (int y = 0; y < area.Height; y++)
        {
            ReadOnlySpan<byte> from = source.Row(area.Top + y)[(area.Left * PixelBuffer.Channels)..];
            Span<byte> to = destination.Bytes.AsSpan(y * destination.Stride, destination.Stride);
            for (int x = 0; x < columns.First.Length; x++)
            {
                ReadOnlySpan<int> weights = columns.Weights.AsSpan(x * columns.Stride, columns.Count[x]);
                int offset = columns.First[x] * PixelBuffer.Channels;
                for (int channel = 0; channel < PixelBuffer.Channels; channel++)
                    to[x * PixelBuffer.Channels + channel] = WeightedSum(from, offset + channel, PixelBuffer.Channels, weights);
            }
        }
    }

    private static void Vertical(ResampledRows source, ResamplingTaps rows, PixelBuffer destination)
    {
        for (int y = 0; y < destination.Height; y++)
        {
            ReadOnlySpan<int> weights = rows.Weights.AsSpan(y * rows.Stride, rows.Count[y]);
            int offset = rows.First[y] * source.Stride;
            Span<byte> to = destination.Row(y);
            for (int column = 0; column < to.Length; column++)
                to[column] = WeightedSum(source.Bytes, offset + column, source.Stride, weights);
        }
    }

    private static byte WeightedSum(ReadOnlySpan<byte> values, int first, int step, ReadOnlySpan<int> weights)
    {
        int sum = ResamplingTaps.Half;
        for (int tap = 0; tap < weights.Length; tap++)
            sum += values[first + tap * step] * weights[tap];
        return (byte)Math.Clamp(sum >> ResamplingTaps.WeightBits, 0, byte.MaxValue);
    }
}
