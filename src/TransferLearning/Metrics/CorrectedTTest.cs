using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>Whether the mean of a number over folds or other resamplings is away from 0, and the interval of that mean, given that training sets overlap: the
/// corrected resampled t-test.</summary>
/// <remarks>C. Nadeau and Y. Bengio, "Inference for the Generalization Error", Machine Learning 52, 2003. Without the correction, folds look like independent
/// experiments and differences too sure.</remarks>
public sealed record CorrectedTTest
{
    /// <summary>Computes the test.</summary>
    /// <param name="values">A number for each fold: the difference of two models, or what one came to; at least two, all finite.</param>
    /// <param name="heldOutRatio">How many samples were held out for each one trained on: 0.25 for 5 folds. 0 where no two numbers share samples: Student's
    /// t-test.</param>
    /// <param name="level">How probably the interval holds the true mean; above 0 and below 1.</param>
    /// <exception cref="ArgumentException">There are fewer than two numbers, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ratio or the level is out of its range.</exception>
    public CorrectedTTest(IReadOnlyList<double> values, double heldOutRatio, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require.AtLeast(0, heldOutRatio);
        Level = level is > 0 and < 1 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, "The level must be above 0 and below 1.");
        if (values.Count < 2 || !values.All(double.IsFinite))
            throw new ArgumentException($"At least two finite numbers are needed; they are: {string.Join(", ", values.Select(Text))}.", nameof(values));

        DegreesOfFreedom = values.Count - 1;
        Mean = values[0] + values.Average(value => value - values[0]); // exact where all are the same
        StandardDeviation = Math.Sqrt(values.Sum(value => (value - Mean) * (value - Mean)) / DegreesOfFreedom);
        StandardError = Math.Sqrt(1.0 / values.Count + heldOutRatio) * StandardDeviation;
        Statistic = Mean == 0 ? 0 : Mean / StandardError;
        PValue = Distributions.StudentTwoSided(Statistic, DegreesOfFreedom);
        double reach = Distributions.StudentQuantile(Level, DegreesOfFreedom) * StandardError;
        (Low, High) = (Mean - reach, Mean + reach);

        static string Text(double value) => FormattableString.Invariant($"{value}");
    }

    /// <summary>The mean of the numbers.</summary>
    public double Mean { get; }

    /// <summary>Their standard deviation, as of a sample.</summary>
    public double StandardDeviation { get; }

    /// <summary>The corrected standard error of the mean.</summary>
    public double StandardError { get; }

    /// <summary>One less than there are numbers.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>Student's t: the mean by its error; infinite where all numbers are the same, but not 0.</summary>
    public double Statistic { get; }

    /// <summary>How probable a mean at least as far from 0 is if the true one is 0; 0 to 1.</summary>
    public double PValue { get; }

    /// <summary>How probably the interval holds the true mean.</summary>
    public double Level { get; }

    /// <summary>The lower end of the interval.</summary>
    public double Low { get; }

    /// <summary>The upper end of the interval.</summary>
    public double High { get; }

    /// <summary>Such as "0.913 ± 0.021 (0.880 to 0.946)": mean, deviation and interval.</summary>
    public override string ToString() => FormattableString.Invariant($"{Mean:0.000} ± {StandardDeviation:0.000} ({Low:0.000} to {High:0.000})");
}
