using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Accuracy;

/// <summary>The best validation accuracies of one variant, a seed each.</summary>
internal sealed record AccuracyRow(string Name, IReadOnlyList<double> BySeed)
{
    public double Mean => Math.Round(BySeed.Average(), 5);

    public double? Deviation => Rounded(Statistics.Deviation([.. BySeed]));

    public double Minimum => BySeed.Min();

    public double Maximum => BySeed.Max();

    /// <summary>The variant that this one is compared with; null for none, as are the numbers below.</summary>
    public string? Against { get; init; }

    /// <summary>The mean over seeds of this variant's accuracy less the other's, for the same seed.</summary>
    public double? MeanDifference { get; init; }

    /// <summary>Half the width of the difference's 95 % interval by Student's t; null for a single seed.</summary>
    public double? DifferenceHalfInterval95 { get; init; }

    public AccuracyRow ComparedWith(AccuracyRow other)
    {
        double[] differences = [.. BySeed.Zip(other.BySeed, (mine, theirs) => mine - theirs)];
        return this with
        {
            Against = other.Name,
            MeanDifference = Rounded(differences.Average()),
            DifferenceHalfInterval95 = Rounded(Statistics.HalfInterval95(differences)),
        };
    }

    private static double? Rounded(double? value) => value is double known ? Math.Round(known, 5) : null;
}
