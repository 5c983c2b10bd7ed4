namespace TransferLearning.Data;

/// <summary>A sample that was skipped, and why. Immutable.</summary>
/// <param name="Name">The name of the sample, such as the path of a file.</param>
/// <param name="Reason">Why it was skipped.</param>
public sealed record SkippedSample(string Name, string Reason);
