using TransferLearning.Metrics;

namespace TransferLearning;

// For numbers; over several of them, the mean of what each has.
public abstract partial class Metric
{
    /// <summary>For regression, the mean of |prediction - truth|, in the targets' units; named "mae".</summary>
    public static Metric MeanAbsoluteError { get; } = Falling("mae", LabelKind.Numbers, () => new ErrorTally(errors => errors.MeanAbsolute));

    /// <summary>For regression, the median of |prediction - truth|, in the targets' units, which outliers do not move; named "median-absolute-error".</summary>
    /// <remarks>Keeps a number for each value and sample.</remarks>
    public static Metric MedianAbsoluteError { get; } = Falling("median-absolute-error", LabelKind.Numbers, () => new MedianErrorTally());

    /// <summary>For regression, the root of the mean of (prediction - truth)², in the targets' units; named "rmse".</summary>
    public static Metric RootMeanSquaredError { get; } = Falling("rmse", LabelKind.Numbers, () => new ErrorTally(errors => errors.RootMeanSquared));

    /// <summary>For regression, the share of the targets' variance that is predicted: at best 1, 0 for the mean; NaN for one sample; named "r2".</summary>
    public static Metric R2 { get; } = Rising("r2", LabelKind.Numbers, () => new ErrorTally(errors => errors.R2));

    /// <summary>For regression, as <see cref="R2"/>, but blind to an error that all predictions share; named "explained-variance".</summary>
    public static Metric ExplainedVariance { get; } = Rising("explained-variance", LabelKind.Numbers, () => new ErrorTally(errors => errors.ExplainedVariance));
}
