namespace TransferLearning.Data;

/// <summary>One image of a manifest.</summary>
/// <param name="Path">The image's full path.</param>
/// <param name="Labels">Its classes; none where numbers are the targets.</param>
/// <param name="Values">Its numbers; none where classes are the targets.</param>
/// <param name="Split">Its side of the split; null if the manifest has no split column.</param>
internal sealed record ManifestRow(string Path, IReadOnlyList<string> Labels, IReadOnlyList<double> Values, string? Split);
