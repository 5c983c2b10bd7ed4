namespace TransferLearning.Data;

/// <summary>One image of a manifest.</summary>
/// <param name="Path">The image's full path.</param>
/// <param name="Labels">Its classes; none where numbers are the targets.</param>
/// <param name="Values">Its numbers; none where classes are the targets.</param>
/// <param name="Split">The side of the split that it is on; null where the manifest does not say.</param>
internal sealed record ManifestRow(string Path, IReadOnlyList<string> Labels, IReadOnlyList<double> Values, string? Split);
