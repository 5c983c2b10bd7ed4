namespace TransferLearning.Data;

/// <summary>An encoded image in memory and the name of its class.</summary>
/// <param name="Encoded">The content of an image file, such as a JPEG.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Name">Its name in errors; null uses its index.</param>
public sealed record LabeledImage(ReadOnlyMemory<byte> Encoded, string Label, string? Name = null);

/// <summary>An encoded image in memory and the names of all its classes.</summary>
/// <param name="Encoded">The content of an image file, such as a JPEG.</param>
/// <param name="Labels">The names of its classes; may be empty.</param>
/// <param name="Name">Its name in errors; null uses its index.</param>
public sealed record MultiLabelImage(ReadOnlyMemory<byte> Encoded, IReadOnlyCollection<string> Labels, string? Name = null);

/// <summary>An encoded image in memory and what a network should answer for it.</summary>
/// <param name="Encoded">The content of an image file, such as a JPEG.</param>
/// <param name="Target">What a network should answer; such as numbers or a custom target.</param>
/// <param name="Name">Its name in errors; null uses its index.</param>
public sealed record TargetImage(ReadOnlyMemory<byte> Encoded, Target Target, string? Name = null);
