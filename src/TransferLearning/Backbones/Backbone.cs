using TorchSharp.Modules;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Backbones;

/// <summary>A built network with its facts; owns the network's tensors.</summary>
public sealed class Backbone : IDisposable
{
    /// <summary>Takes over a network.</summary>
    /// <param name="network">From images, float32 [N, 3, H, W], to logits, float32 [N, classes]; owned from here on.</param>
    /// <param name="info">Its facts.</param>
    /// <exception cref="ArgumentException">The facts do not fit: the head is no linear layer, its input is of another size, or a parameter lies in no stage or in two.</exception>
    public Backbone(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(info);
        Network = network;
        Info = info;
        CheckHead();
        CheckStages();
    }

    /// <summary>The network itself.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Its facts.</summary>
    public BackboneInfo Info { get; }

    /// <summary>The number of logits that the head gives.</summary>
    public int Classes => checked((int)HeadLayer.weight.shape[0]);

    /// <summary>The linear layer that turns features into logits.</summary>
    public Linear HeadLayer =>
        Network.named_modules().FirstOrDefault(entry => entry.name == Info.Head).module as Linear ??
        throw new ArgumentException($"The head '{Info.Head}' of {Info.Name} is not a linear layer of the network.");

    /// <summary>Computes logits.</summary>
    /// <param name="images">float32 [N, 3, H, W], normalised; borrowed.</param>
    /// <returns>float32 [N, classes]; the caller disposes it.</returns>
    public Tensor Forward(Tensor images) => Network.forward(images);

    /// <summary>Puts a new head of another class count in place, initialised as PyTorch initialises a linear layer: uniform within 1/sqrt(features).</summary>
    /// <param name="classes">The new number of logits; at least 1.</param>
    /// <param name="random">Where the initial weights come from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    public void ReplaceHead(int classes, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(random);

        Linear head = HeadLayer;
        double bound = 1 / Math.Sqrt(Info.FeatureSize);
        Device device = head.weight.device;
        head.weight = UniformParameter([classes, Info.FeatureSize], bound, random, device);
        head.bias = UniformParameter([classes], bound, random, device);
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private static Parameter UniformParameter(long[] shape, double bound, RandomStream random, Device device)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(-bound, bound);
        return new Parameter(tensor(values, shape, device: device));
    }

    private void CheckHead()
    {
        long features = HeadLayer.weight.shape[1];
        if (features != Info.FeatureSize)
            throw new ArgumentException($"The head '{Info.Head}' of {Info.Name} takes {features} features; the facts say {Info.FeatureSize}.");
    }

    private void CheckStages()
    {
        foreach ((string name, Parameter _) in Network.named_parameters())
        {
            string[] stages = [.. Info.Stages.Where(stage => stage.Covers(name)).Select(stage => stage.Name)];
            if (stages.Length != 1)
                throw new ArgumentException($"Parameter '{name}' of {Info.Name} must lie in one stage; it lies in {(stages.Length == 0 ? "none" : string.Join(" and ", stages))}.");
        }
    }
}
