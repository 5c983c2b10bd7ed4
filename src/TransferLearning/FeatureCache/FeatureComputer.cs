using TransferLearning.Batching;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>Computes the pooled features of images with a frozen backbone, without gradients and with folded batch norms.</summary>
/// <param name="backbone">The network, in evaluation mode while it computes; borrowed.</param>
/// <param name="device">The device of the network.</param>
/// <param name="useThreads">Sets the number of torch threads for the network until the result is disposed.</param>
internal sealed class FeatureComputer(Backbone backbone, Device device, Func<IDisposable> useThreads)
{
    /// <summary>The number of features per image.</summary>
    public int FeatureSize => backbone.Info.FeatureSize;

    /// <summary>Declares the weights constant until the result is disposed.</summary>
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
