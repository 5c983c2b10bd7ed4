using TransferLearning.Imaging;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a <see cref="FeatureExtractor"/> reads images and computes. Immutable.</summary>
public sealed record FeatureExtractorOptions
{
    /// <summary>How images are read: the decoder, and the largest image that it takes memory for.</summary>
    public ImageReader Reader { get; init; } = new(new SkiaImageDecoder());

    /// <summary>Where to compute.</summary>
    /// <value>Null: the CPU.</value>
    public Device? Device { get; init; }

    /// <summary>The dtype of the network's activations.</summary>
    /// <value>Float32 by default: features match PyTorch's to the last digits. <see cref="ComputePrecision.Auto"/> can be faster.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>Where published weights are kept, and how they are fetched.</summary>
    /// <value>Null by default: in the user's cache folder, or where environment variables say.</value>
    public WeightsStoreOptions? Store { get; init; }
}
