using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Metrics;

/// <summary>The range within which a measure would come out on other images of the same kind, found by measuring it on images drawn from those at hand, with
/// replacement, many times over.</summary>
/// <remarks>B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap", 1993. Tells how much depends on which images were measured, not on which were
/// trained on. With fewer than some thirty images, or a measure that rests on a few of them, intervals are too narrow.</remarks>
public sealed record BootstrapInterval
{
    private BootstrapInterval(double value, double low, double high, double level, int undefined) =>
        (Value, Low, High, Level, Undefined) = (value, low, high, level, undefined);

    /// <summary>The measure of all images.</summary>
    public double Value { get; }

    /// <summary>The lower end; NaN if the measure was undefined in most draws.</summary>
    public double Low { get; }

    /// <summary>The upper end; NaN if the measure was undefined in most draws.</summary>
    public double High { get; }

    /// <summary>How probably the interval holds the true value.</summary>
    public double Level { get; }

    /// <summary>In how many draws the measure was NaN, as where a class was not drawn; they are left out.</summary>
    public int Undefined { get; }

    /// <summary>Draws and measures.</summary>
    /// <param name="count">How many images there are; at least 1.</param>
    /// <param name="measure">From images, some of them several times, by position from 0, to a number. Called once for each draw.</param>
    /// <param name="options">How often to draw, and how to make an interval of it.</param>
    /// <param name="cancellationToken">Cancels the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BootstrapInterval Of(
        int count, Func<IReadOnlyList<int>, double> measure, BootstrapOptions? options = null, CancellationToken cancellationToken = default)
    {
        Require.AtLeast(1, count);
        ArgumentNullException.ThrowIfNull(measure);
        options ??= new BootstrapOptions();

        int[] all = [.. Enumerable.Range(0, count)];
        double value = Measured(all);
        double[] drawn = [.. Enumerable.Range(0, options.Draws)
            .Select(draw => Measured(Draw(count, new RandomStream(options.Seed, RandomPurpose.Bootstrap, draw)))).Where(double.IsFinite).Order()];
        int undefined = options.Draws - drawn.Length;
        if (drawn.Length < options.Draws / 2 || drawn.Length == 0 || !double.IsFinite(value))
            return new BootstrapInterval(value, double.NaN, double.NaN, options.Level, undefined);

        (double low, double high) = options.Method == BootstrapMethod.Percentile
            ? ((1 - options.Level) / 2, (1 + options.Level) / 2)
            : Corrected(value, drawn, [.. LeftOut().Where(double.IsFinite)], options.Level);
        return new BootstrapInterval(value, Quantile(drawn, low), Quantile(drawn, high), options.Level, undefined);

        // Of a single image nothing is left.
        IEnumerable<double> LeftOut() => count == 1 ? [] : all.Select(left => Measured([.. all.Where(index => index != left)]));

        double Measured(int[] images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return measure(images);
        }
    }

    /// <summary>Such as "0.912 (0.881 to 0.939)".</summary>
    public override string ToString() => FormattableString.Invariant($"{Value:0.000} ({Low:0.000} to {High:0.000})");

    private static int[] Draw(int count, RandomStream random)
    {
        var drawn = new int[count];
        for (int index = 0; index < count; index++)
            drawn[index] = random.NextInt32(count);
        return drawn;
    }

    // The shares of draws below the ends, moved by the bias of the draws and by how the error grows with the value.
    private static (double Low, double High) Corrected(double value, double[] drawn, double[] withoutOne, double level)
    {
        double bias = Distributions.NormalQuantile(drawn.Average(draw => draw < value ? 1 : draw == value ? 0.5 : 0));
        double mean = withoutOne.DefaultIfEmpty(value).Average();
        double squares = withoutOne.Sum(measured => Math.Pow(mean - measured, 2));
        double acceleration = squares == 0 ? 0 : withoutOne.Sum(measured => Math.Pow(mean - measured, 3)) / (6 * Math.Pow(squares, 1.5));
        return (Moved((1 - level) / 2), Moved((1 + level) / 2));

        double Moved(double share)
        {
            double shifted = bias + Distributions.NormalQuantile(share);
            double divisor = 1 - acceleration * shifted;
            return divisor > 0 ? Distributions.Normal(bias + shifted / divisor) : shifted > 0 ? 1 : 0;
        }
    }

    // Between neighbors in proportion.
    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}

/// <summary>How a bootstrap interval is made. Immutable.</summary>
public sealed record BootstrapOptions
{
    /// <summary>How many times images are drawn.</summary>
    /// <value>At least 100; 2000 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 100.</exception>
    public int Draws { get; init => field = Require.AtLeast(100, value); } = 2000;

    /// <summary>How probably the interval holds the true value.</summary>
    /// <value>Above 0 and below 1; 0.95 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Level
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Level), value, "The level must be above 0 and below 1.");
    } = 0.95;

    /// <summary>How the ends are found among the draws.</summary>
    /// <value><see cref="BootstrapMethod.Percentile"/> by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is no method.</exception>
    public BootstrapMethod Method { get; init => field = Require.Defined(value); } = BootstrapMethod.Percentile;

    /// <summary>What the draws depend on.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }
}

/// <summary>How the ends of a bootstrap interval are found among the draws.</summary>
public enum BootstrapMethod
{
    /// <summary>The quantiles of the draws.</summary>
    Percentile,

    /// <summary>Bias-corrected and accelerated (Efron, "Better Bootstrap Confidence Intervals", JASA 82, 1987): better where the measure is skewed, as near 1.
    /// Measures once more for each image.</summary>
    Bca,
}
