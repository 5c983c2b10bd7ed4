using TransferLearning.Backbones;
using TransferLearning.Backbones.Layers;
using TransferLearning.Batching;
using static TorchSharp.torch;

namespace TransferLearning.Features;

/// <summary>Computes what a frozen network makes of pictures: its pooled features, without gradient, its batch norms folded.</summary>
/// <param name="backbone">The network, in evaluation mode while it computes; borrowed.</param>
/// <param name="device">Where it computes.</param>
/// <param name="useThreads">Sets the threads that suit the network, until the result is disposed.</param>
internal sealed class FeatureComputer(Backbone backbone, Device device, Func<IDisposable> useThreads)
{
    public int FeatureSize => backbone.Info.FeatureSize;

    /// <summary>The stage of the network that takes features.</summary>
    public int HeadStage => backbone.HeadStage;

    /// <summary>The features of each picture of a pass, with its position in the loader's source.</summary>
    public IEnumerable<(int Index, float[] Features)> Compute(IEnumerable<Batch> pictures)
    {
        foreach (Batch batch in pictures)
        {
            using (batch)
            {
                float[] features = Compute(batch);
                for (int row = 0; row < batch.Count; row++)
                    yield return (batch.Indices[row], features[(row * FeatureSize)..((row + 1) * FeatureSize)]);
            }
        }
    }

    private float[] Compute(Batch batch)
    {
        using IDisposable threads = useThreads();
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        return backbone.Forward(batch.Images.to(device), 0, HeadStage).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Promises that the network stays as it is until the result is disposed.</summary>
    public IDisposable Hold() => backbone.Hold(WeightsHeld.All);
}
