namespace TransferLearning.Published.Timm;

/// <summary>A network of timm's that a built-in one computes: same layers, same numbers, other names.</summary>
/// <param name="Entry">The built-in network.</param>
/// <param name="Rename">From timm's name of a tensor to the built-in network's.</param>
/// <param name="Reshape">From the built-in network's name of a tensor and timm's shape to the built-in network's shape: they differ in sides of length 1, where one has a convolution of one pixel and the other a linear layer.</param>
internal sealed record TimmNetwork(CatalogEntry Entry, Func<string, string> Rename, Func<string, long[], long[]> Reshape);
