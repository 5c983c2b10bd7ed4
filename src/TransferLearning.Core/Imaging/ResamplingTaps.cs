namespace TransferLearning.Imaging;

/// <summary>For each of some output pixels along one axis: the first input pixel that counts, how many do, and their weights.</summary>
/// <remarks>
/// Source: Pillow's resampling (libImaging/Resample.c). Weights are computed in double, normalized to a sum of 1 and
/// rounded to 22-bit fixed point; taps outside the input are left out and the rest share their weight.
/// </remarks>
internal sealed class ResamplingTaps
{
    /// <summary>Fraction bits of a weight: 8 bits of value and 2 of overshoot leave 22 of an int's 32.</summary>
    public const int WeightBits = 22;

    /// <summary>Half a unit of the result, so that the final shift rounds.</summary>
    public const int Half = 1 << (WeightBits - 1);

    /// <summary>64 MiB of them; an image of usual proportions has some thousand.</summary>
    private const int MaximumWeights = 1 << 24;

    private ResamplingTaps(int count, int stride)
    {
        First = new int[count];
        Count = new int[count];
        Weights = new int[count * stride];
        Stride = stride;
    }

    /// <summary>The first input pixel that counts for any output.</summary>
    public int Start { get; private set; }

    /// <summary>How many input pixels count for some output.</summary>
    public int Length { get; private set; }

    /// <summary>Relative to <see cref="Start"/>.</summary>
    public int[] First { get; }

    public int[] Count { get; }

    /// <summary>The weights of output i start at i * <see cref="Stride"/>.</summary>
    public int[] Weights { get; }

    public int Stride { get; }

    /// <param name="inputLength">The length of the whole input.</param>
    /// <param name="outputLength">The length of the whole output.</param>
    /// <param name="start">The first output pixel that is wanted.</param>
    /// <param name="length">How many are.</param>
    /// <param name="interpolation">The filter.</param>
    /// <exception cref="InvalidOperationException">There would be more weights than allowed.</exception>
    public static ResamplingTaps Compute(int inputLength, int outputLength, int start, int length, Interpolation interpolation)
    {
        double scale = (double)inputLength / outputLength;
        double filterScale = Math.Max(scale, 1.0);
        double support = Support(interpolation) * filterScale;

        // Support never reaches further than the input, however extreme the reduction.
        int stride = (int)Math.Min(Math.Ceiling(support) * 2 + 1, inputLength);
        long weightCount = (long)length * stride;
        if (weightCount > MaximumWeights)
            throw new InvalidOperationException(
                $"A resize from {inputLength} to {outputLength} pixels takes {weightCount} weights; the limit is {MaximumWeights}. Crop the image first.");
        var taps = new ResamplingTaps(length, stride);
        var weights = new double[stride];

        for (int output = 0; output < length; output++)
        {
            double center = (start + output + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), inputLength) - first;

            double sum = 0;
            for (int tap = 0; tap < count; tap++)
            {
                double weight = Weight(interpolation, (tap + first - center + 0.5) * (1.0 / filterScale));
                weights[tap] = weight;
                sum += weight;
            }

            if (output == 0)
                taps.Start = first;
            taps.Length = first + count - taps.Start; // neither the first nor the last input ever decreases
            taps.First[output] = first - taps.Start;
            taps.Count[output] = count;
            for (int tap = 0; tap < count; tap++)
                taps.Weights[output * stride + tap] = ToFixedPoint(weights[tap] / sum);
        }
        return taps;
    }

    private static double Support(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bilinear => 1,
        Interpolation.Bicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "The interpolation must be Bilinear or Bicubic."),
    };

    private static double Weight(Interpolation interpolation, double distance)
    {
        const double a = -0.5;
        double x = Math.Abs(distance);
        return interpolation == Interpolation.Bilinear ? Math.Max(1 - x, 0) : x switch
        {
            < 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * a,
            _ => 0,
        };
    }

    private static int ToFixedPoint(double weight) => (int)(weight * (1 << WeightBits) + (weight < 0 ? -0.5 : 0.5));
}
