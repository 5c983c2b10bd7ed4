namespace TransferLearning.Data;

/// <summary>One image of a manifest.</summary>
/// <param name="Path">The image's full path.</param>
/// <param name="Label">Its class.</param>
/// <param name="Split">The side of the split that it is on; null where the manifest does not say.</param>
internal sealed record ManifestRow(string Path, string Label, string? Split);
