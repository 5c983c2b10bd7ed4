using TransferLearning.Batching;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>Computes what a frozen network makes of images: its pooled features, without gradient, its batch norms folded.</summary>
/// <param name="backbone">The network, in evaluation mode while it computes; borrowed.</param>
/// <param name="device">Where it computes.</param>
/// <param name="useThreads">Sets the threads that suit the network, until the result is disposed.</param>
internal sealed class FeatureComputer(Backbone backbone, Device device, Func<IDisposable> useThreads)
{
    /// <summary>Numbers an image.</summary>
    public int FeatureSize => backbone.Info.FeatureSize;

    /// <summary>Promises that the network stays as it is until the result is disposed.</summary>
    public IDisposable Hold() => backbone.Hold(WeightsHeld.All);

    /// <summary>The features of each image of a batch, in its order.</summary>
    public IEnumerable<float[]> Compute(Batch images)
    {
        using IDisposable threads = useThreads();
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor features = backbone.Forward(images.Images.to(device), 0, backbone.HeadStage); // [N, features]
        return features.cpu().contiguous().data<float>().ToArray().Chunk(FeatureSize);
    }
}
