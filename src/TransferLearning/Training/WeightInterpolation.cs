using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>Interpolation between the weights before and after fine-tuning (WiSE-FT), with the factor that is best on validation.</summary>
/// <remarks>M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022. The start are the weights when the backbone is first unfrozen, with the
/// head trained by then; the end are those of the best epoch. Both are averages if there is a moving average.</remarks>
public sealed record WeightInterpolationOptions
{
    /// <summary>The factors that are tried; each takes a pass over the validation images.</summary>
    /// <value>Ascending, 0 (the start) to 1 (the end), which are always among them; 0, 0.1 and so on by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">A factor lies outside [0, 1].</exception>
    public IReadOnlyList<double> Factors
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value.Select(factor => Require.Between(0, 1, factor, nameof(Factors))).Append(0).Append(1).Distinct().Order()];
        }
    } = [.. Enumerable.Range(0, 11).Select(tenth => tenth / 10.0)];
}

/// <summary>What interpolation found. Immutable.</summary>
public sealed record WeightInterpolation
{
    /// <summary>The chosen factor: 0 for the start, 1 for the best epoch. Of factors that are equally good, the one nearest to 0.5.</summary>
    public required double Factor { get; init; }

    /// <summary>The validation metrics at each factor, ascending; a factor at which the loss is not finite is left out.</summary>
    public required IReadOnlyList<InterpolationPoint> Curve { get; init; }

    /// <summary>The chosen point of <see cref="Curve"/>.</summary>
    internal InterpolationPoint Chosen => Curve.First(point => point.Factor == Factor);
}

/// <summary>The validation metrics at one factor.</summary>
/// <param name="Factor">0 for the start, 1 for the end.</param>
/// <param name="Validation">The metrics, by metric or name.</param>
public sealed record InterpolationPoint(double Factor, MetricValues Validation);
