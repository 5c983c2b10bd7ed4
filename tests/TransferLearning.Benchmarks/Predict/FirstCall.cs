namespace TransferLearning.Benchmarks.Predict;

/// <summary>What a fresh process needed, in milliseconds: for its first prediction, and for a later one (the median).</summary>
internal sealed record FirstCall(double First, double Later);
