using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Native;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A head that the caller makes, in the place and under the name of the one that the network was built with.</summary>
internal sealed class BuiltHead : IBackboneHead
{
    // Torch's generator is one for the process.
    private static readonly Lock _drawing = new();

    private readonly StagedNetwork _network;
    private readonly BackboneInfo _info;
    private readonly HeadFactory _factory;

    /// <exception cref="ArgumentException">The network does not compute its head as a stage, or what the factory makes is no head for it.</exception>
    public BuiltHead(nn.Module<Tensor, Tensor> network, BackboneInfo info, HeadFactory factory)
    {
        var original = new LinearHead(network, info);
        _network = network as StagedNetwork ??
            throw new ArgumentException(
                $"{info.Name} cannot be given another kind of head: derive it from {nameof(StagedNetwork)}, or build it with the head that it should have.");
        (_info, _factory) = (info, factory);
        TakesMaps = original.TakesMaps;
        Layer = original.Layer;
        Replace(original.OutputCount, new RandomStream(0, RandomPurpose.HeadWeights));
    }

    public nn.Module<Tensor, Tensor> Layer { get; private set; }

    public int OutputCount { get; private set; }

    public bool TakesMaps { get; }

    public (Parameter Weight, Parameter Bias)? Linear => null;

    public void Replace(int outputCount, RandomStream random) => Put(Make(outputCount, random), outputCount);

    public void BecomeIdentity() => throw new InvalidOperationException($"{_info.Name} gives its features before its head is computed.");

    /// <remarks>A side that grows by one with the number of outputs is that number.</remarks>
    public int? OutputCountIn(Func<string, long[]?> shapeOf)
    {
        using nn.Module wider = Make(OutputCount + 1, new RandomStream(0, RandomPurpose.HeadWeights));
        Dictionary<string, Tensor> grown = wider.state_dict();
        foreach ((string name, Tensor tensor) in Layer.state_dict())
        {
            for (int axis = 0; axis < tensor.dim(); axis++)
            {
                bool counts = tensor.shape[axis] == OutputCount && grown[name].shape[axis] == OutputCount + 1;
                if (counts && shapeOf(name) is { } shape && shape.Length == tensor.dim() && shape[axis] is > 0 and <= int.MaxValue)
                    return (int)shape[axis];
            }
        }
        return null;
    }

    private nn.Module<Tensor, Tensor> Make(int outputCount, RandomStream random)
    {
        nn.Module<Tensor, Tensor> made;
        lock (_drawing)
        {
            using Tensor before = get_rng_state();
            try
            {
                manual_seed((long)(random.NextUInt64() >> 1)).Dispose();
                made = _factory(_info.FeatureSize, outputCount) ?? throw new ArgumentException($"The head factory of {_info.Name} gave null.");
            }
            finally
            {
                set_rng_state(before);
            }
        }

        try
        {
            CheckOutput(made, outputCount);
        }
        catch
        {
            NativeModules.Dispose(made);
            throw;
        }
        return TakesMaps ? new Chain(("pool", new GlobalAveragePool()), ("head", made)) : made;
    }

    // Found out on one batch of zeros, before a fit has begun.
    private void CheckOutput(nn.Module<Tensor, Tensor> head, int outputCount)
    {
        bool training = head.training;
        head.eval();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        try
        {
            Tensor output = head.call(zeros(2, _info.FeatureSize));
            if (!output.shape.AsSpan().SequenceEqual([2, outputCount]))
            {
                throw new ArgumentException(
                    $"The head of {_info.Name} must make [N, {outputCount}] of features [N, " +
                    $"{_info.FeatureSize}]; for N = 2 it gave {ShapeText.Of(output.shape)}.");
            }
        }
        catch (ExternalException failure)
        {
            throw new ArgumentException($"The head of {_info.Name} cannot take features [N, {_info.FeatureSize}]: {failure.Message.Split('\n')[0]}", failure);
        }
        head.train(training);
    }

    private void Put(nn.Module<Tensor, Tensor> head, int outputCount)
    {
        int dot = _info.Head.LastIndexOf('.');
        nn.Module parent = dot < 0 ? _network : _network.named_modules().First(entry => entry.name == _info.Head[..dot]).module;
        Tensor? like = Layer.parameters().FirstOrDefault();
        if (like is not null)
            head.to(like.device, like.dtype);
        head.train(Layer.training);

        string name = _info.Head[(dot + 1)..];
        parent.register_module(name, null!);    // takes the old one out
        parent.register_module(name, head);
        _network.UseHead(head);
        NativeModules.Dispose(Layer);
        (Layer, OutputCount) = (head, outputCount);
    }
}

/// <summary>Makes the layer, or layers, that turn a network's features into logits.</summary>
/// <remarks>
/// Called again whenever the number of outputs changes. What it draws from torch's generator, as TorchSharp's layers do for their first
/// weights, depends on the run's seed alone.
/// </remarks>
/// <param name="featureSize">The number of features of an image: <see cref="BackboneInfo.FeatureSize"/>.</param>
/// <param name="outputCount">The number of logits: one for each class, for one.</param>
/// <returns>From features, float32 [N, featureSize], to logits, float32 [N, outputCount]; owned by the network.</returns>
public delegate nn.Module<Tensor, Tensor> HeadFactory(int featureSize, int outputCount);
