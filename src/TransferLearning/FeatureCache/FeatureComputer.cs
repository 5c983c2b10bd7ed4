using TransferLearning.Batching;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>Computes the pooled features of images with a frozen backbone, without gradients and with folded batch norms.</summary>
/// <param name="backbone">The network; borrowed.</param>
/// <param name="device">The device of the network.</param>
/// <param name="useThreads">Sets the number of torch threads for the network until the result is disposed.</param>
internal sealed class FeatureComputer(Backbone backbone, Device device, Func<IDisposable> useThreads)
{
    /// <summary>The number of features per image.</summary>
    public int FeatureSize => backbone.Info.FeatureSize;

    /// <summary>Declares the weights constant until the result is disposed.</summary>
    public IDisposable Hold() => backbone.Hold(WeightsHeld.All);

    /// <summary>Puts the network into evaluation mode until the result is disposed.</summary>
    public IDisposable Evaluate()
    {
        var modes = new KeptModes(backbone.Network);
        backbone.Network.eval();
        return modes;
    }

    /// <summary>The features of each image of a batch, rounded to float16 where that can represent them. The network is in evaluation mode.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="rows">The size to which the batch is filled up with zeros. The last digits of features depend on it, but not on the other rows.</param>
    public float[][] Compute(Batch batch, int rows)
    {
        using IDisposable threads = useThreads();
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor features = backbone.Forward(Filled(batch.Images.to(device), rows), 0, backbone.HeadStage); // [rows, features]
        float[][] ofImages = [.. features.cpu().contiguous().data<float>().ToArray().Chunk(FeatureSize).Take(batch.Count)];
        foreach (float[] values in ofImages)
            FeatureRecord.Round(values);
        return ofImages;
    }

    // [N, channels, H, W] to [rows, channels, H, W], in channels-last memory as before.
    private static Tensor Filled(Tensor images, int rows)
    {
        if (images.shape[0] == rows)
            return images;
        Tensor filled = zeros([rows, images.shape[2], images.shape[3], images.shape[1]], dtype: images.dtype, device: images.device).permute(0, 3, 1, 2);
        filled.narrow(0, 0, images.shape[0]).copy_(images);
        return filled;
    }
}
