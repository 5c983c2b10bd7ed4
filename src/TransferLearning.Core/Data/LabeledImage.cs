namespace TransferLearning.Data;

/// <summary>An encoded image in memory and the name of its class.</summary>
/// <param name="Encoded">A whole file's content: a JPEG's, say.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Name">What errors call it; null stands for its position.</param>
public sealed record LabeledImage(ReadOnlyMemory<byte> Encoded, string Label, string? Name = null);
