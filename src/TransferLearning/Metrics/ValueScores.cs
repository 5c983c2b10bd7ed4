namespace TransferLearning.Metrics;

/// <summary>The errors of one value, in the units of the targets.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="MeanAbsoluteError">The mean of |prediction - truth|.</param>
/// <param name="MedianAbsoluteError">Its median.</param>
/// <param name="RootMeanSquaredError">The root of the mean squared error.</param>
/// <param name="R2">The share of the variance that is predicted, at most 1.</param>
/// <param name="ExplainedVariance">The same without regard to an error that all predictions share.</param>
public sealed record ValueScores(
    string Name, double MeanAbsoluteError, double MedianAbsoluteError, double RootMeanSquaredError, double R2, double ExplainedVariance);
