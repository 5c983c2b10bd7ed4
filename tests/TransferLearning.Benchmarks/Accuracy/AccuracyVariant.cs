namespace TransferLearning.Benchmarks.Accuracy;

/// <summary>A way to train, which a seed makes a trainer of.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Against">The name of the variant that it is compared with, seed by seed; null for none.</param>
/// <param name="Trainer">From a seed to a trainer.</param>
internal sealed record AccuracyVariant(string Name, string? Against, Func<long, Trainer> Trainer);
