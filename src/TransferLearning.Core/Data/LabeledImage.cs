namespace TransferLearning.Data;

/// <summary>An encoded image in memory and the name of its class.</summary>
/// <param name="Encoded">A whole file's content: a JPEG's, say.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Name">What errors call it; null stands for its position.</param>
public sealed record LabeledImage(ReadOnlyMemory<byte> Encoded, string Label, string? Name = null);

/// <summary>An encoded image in memory and the names of all its classes.</summary>
/// <param name="Encoded">A whole file's content: a JPEG's, say.</param>
/// <param name="Labels">The names of its classes; none is in order too.</param>
/// <param name="Name">What errors call it; null stands for its position.</param>
public sealed record MultiLabelImage(ReadOnlyMemory<byte> Encoded, IReadOnlyCollection<string> Labels, string? Name = null);

/// <summary>An encoded image in memory and what a network should answer for it.</summary>
/// <param name="Encoded">A whole file's content: a JPEG's, say.</param>
/// <param name="Target">What a network should answer; numbers or a target of your own, say.</param>
/// <param name="Name">What errors call it; null stands for its position.</param>
public sealed record TargetImage(ReadOnlyMemory<byte> Encoded, Target Target, string? Name = null);
