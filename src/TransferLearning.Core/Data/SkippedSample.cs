namespace TransferLearning.Data;

/// <summary>Something that was left out, and why.</summary>
/// <param name="Name">What was left out: a file's path, say.</param>
/// <param name="Reason">What was found, and what would be right.</param>
public sealed record SkippedSample(string Name, string Reason);
