using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Exporting.Quantization;

/// <summary>The numbers that one value of a network takes: first between which ends they lie, then how often they lie where.</summary>
internal sealed class ActivationStatistics
{
    /// <summary>The number of equal parts of the range that numbers are counted in.</summary>
    public const int Bins = 2048;

    private static readonly Scalar _minusOne = -1;

    private readonly long[] _counts = new long[Bins];

    public double Lowest { get; private set; } = double.PositiveInfinity;

    public double Highest { get; private set; } = double.NegativeInfinity;

    /// <summary>Widens the ends to these numbers.</summary>
    /// <param name="values">float32; borrowed.</param>
    public void Widen(Tensor values)
    {
        using var scope = NewDisposeScope();
        Lowest = Math.Min(Lowest, values.min().item<float>());
        Highest = Math.Max(Highest, values.max().item<float>());
    }

    /// <summary>Counts these numbers, which lie between the ends.</summary>
    /// <param name="values">float32; borrowed.</param>
    public void Count(Tensor values)
    {
        if (Highest <= Lowest)
            return;
        using var scope = NewDisposeScope();
        Tensor low = tensor((float)Lowest, device: values.device), perNumber = tensor((float)(Bins / (Highest - Lowest)), device: values.device);
        Tensor bins = values.flatten().add(low, _minusOne).mul_(perNumber).to(ScalarType.Int32);
        long[] counts = bins.bincount(null, Bins).cpu().data<long>().ToArray();
        for (int bin = 0; bin < counts.Length; bin++)
            _counts[Math.Min(bin, Bins - 1)] += counts[bin];        // the highest number itself is at the end of the last
    }

    /// <summary>The range without the outermost numbers.</summary>
    /// <param name="percentile">How many in a hundred numbers lie below the upper end, and as many above the lower one; 100 for all of them.</param>
    public (double Low, double High) Within(double percentile)
    {
        long total = _counts.Sum();
        if (percentile >= 100 || total == 0)
            return (Lowest, Highest);
        double beyond = total * (1 - percentile / 100), width = (Highest - Lowest) / Bins;
        return (Lowest + width * Skipped(_counts), Highest - width * Skipped(_counts.Reverse()));

        // Of a bin that holds the last number to be left out, none is.
        int Skipped(IEnumerable<long> counts)
        {
            long sum = 0;
            return counts.TakeWhile(count => (sum += count) <= beyond).Count();
        }
    }
}
