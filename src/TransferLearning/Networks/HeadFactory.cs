using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Makes the layer, or layers, that turn a network's features into logits.</summary>
/// <remarks>
/// Called again whenever the number of outputs changes. What it draws from torch's generator, as TorchSharp's layers do for their first
/// weights, depends on the run's seed alone.
/// </remarks>
/// <param name="featureSize">The number of features of an image: <see cref="BackboneInfo.FeatureSize"/>.</param>
/// <param name="outputCount">The number of logits: one for each class, for one.</param>
/// <returns>From features, float32 [N, featureSize], to logits, float32 [N, outputCount]; owned by the network.</returns>
public delegate nn.Module<Tensor, Tensor> HeadFactory(int featureSize, int outputCount);
