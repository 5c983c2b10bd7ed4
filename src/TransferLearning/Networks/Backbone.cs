using TransferLearning.Native;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A built network with its metadata and its head. Owns the network's tensors. Not safe for use by several threads at once.</summary>
public sealed class Backbone : IDisposable
{
    private readonly IBackboneHead _head;
    private readonly NetworkStages _stages;
    private readonly NetworkPrecision _precision;
    private NetworkRandomness _randomness;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">From images, float32 [N, 3, H, W], to logits, float32 [N, outputs]; owned by the backbone, unless this throws.</param>
    /// <param name="info">Its metadata.</param>
    /// <param name="head">
    /// Makes a head of another kind in place of the network's linear one; the network must then be a <see cref="StagedNetwork"/>. Absent: the
    /// network's own.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The metadata does not fit: the head is no linear layer, its input is of another size, a parameter or buffer lies in no stage or in two,
    /// a stage holds no parameter, or the last stage holds more than the head. Or the factory makes no head for it.
    /// </exception>
    public Backbone(nn.Module<Tensor, Tensor> network, BackboneInfo info, HeadFactory? head = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(info);
        Network = network;
        Info = info;
        _head = head is null ? new LinearHead(network, info) : new BuiltHead(network, info, head);
        _precision = new NetworkPrecision(network, info);
        _stages = new NetworkStages(network, info, _precision);
        _randomness = new NetworkRandomness(network);
        CheckNames();
    }

    /// <summary>The network itself.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Its metadata.</summary>
    public BackboneInfo Info { get; }

    /// <summary>What became of each tensor when the network was last filled from weights: a head of another number of outputs, for one, is left out.</summary>
    /// <value>Null where it never was: its weights were drawn, or are those that it was built with.</value>
    public LoadReport? LoadReport { get; internal set; }

    /// <summary>The number of logits of the head.</summary>
    public int OutputCount => _head.OutputCount;

    /// <summary>
    /// What turns features into logits: a linear layer, a convolution with a kernel of 1 where the network pools behind it, or what a
    /// <see cref="HeadFactory"/> made.
    /// </summary>
    public nn.Module<Tensor, Tensor> HeadLayer => _head.Layer;

    /// <summary>
    /// The dtype of the activations; <see cref="ComputePrecision.Float32"/> initially, never
    /// <see cref="ComputePrecision.Auto"/>.
    /// </summary>
    public ComputePrecision Precision => _precision.Chosen;

    /// <summary>Where the head begins: the stage that takes features.</summary>
    internal int HeadStage => Info.Stages.Count - 1;

    /// <summary>Whether what the head's stage takes are maps instead of one vector an image.</summary>
    internal bool HeadTakesMaps => _head.TakesMaps;

    /// <summary>Whether the head is a linear function of one vector an image, which can be computed apart from the rest.</summary>
    internal bool HasLinearHead => CanBeEnteredHalfWay && _head.Linear is not null;

    /// <summary>Whether the forward pass can begin at a later stage than the first.</summary>
    internal bool CanBeEnteredHalfWay => _stages.CanBeEnteredHalfWay;

    /// <summary>The first layer below the head that only computes in the format of its own weights; null where all follow their input's.</summary>
    internal string? FixedFormatLayer => _precision.FixedFormatLayer;

    /// <summary>Sets the dtype of the activations.</summary>
    /// <param name="precision">
    /// <see cref="ComputePrecision.Auto"/> takes bfloat16 where the network can compute in it, on a processor that is faster at it.
    /// </param>
    /// <exception cref="InvalidOperationException">The network cannot compute in bfloat16.</exception>
    public void ComputeIn(ComputePrecision precision) => _precision.Choose(precision);

    /// <summary>Computes logits, calling the network's hooks.</summary>
    /// <remarks>Tensors that a hook makes are disposed with the pass; one that is to outlive it must leave its dispose scope.</remarks>
    /// <param name="images">float32 [N, channels, H, W], normalized; borrowed. There are as many channels as the metadata says: three, usually.</param>
    /// <returns>float32 [N, outputs]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="images"/> is not a batch of images of so many channels, or they are of a size that the metadata rules out.
    /// </exception>
    /// <exception cref="InvalidOperationException">A layer rejects its input, for example because the network does not support the image size.</exception>
    public Tensor Forward(Tensor images) => Forward(images, firstStage: 0);

    /// <summary>Computes the stages from one to before another or, where none is named, to the logits.</summary>
    internal Tensor Forward(Tensor input, int firstStage, int? endStage = null) => _stages.Run(input, firstStage, endStage ?? Info.Stages.Count);

    /// <summary>
    /// What the head takes: float32 [N, features], or maps [N, features, H, W] where <see cref="HeadTakesMaps"/>. The tensor belongs to the
    /// caller's scope.
    /// </summary>
    /// <remarks>A network that cannot be entered half way must have been made to <see cref="GiveFeatures"/>.</remarks>
    internal Tensor Features(Tensor images) => CanBeEnteredHalfWay ? Forward(images, 0, HeadStage) : Forward(images);

    /// <summary>Makes a network that is computed in one piece give features in place of logits, for good.</summary>
    internal void GiveFeatures()
    {
        if (!CanBeEnteredHalfWay)
            _head.BecomeIdentity();
    }

    /// <inheritdoc cref="NetworkStages.ChannelsFirst"/>
    internal Tensor ChannelsFirst(Tensor output) => _stages.ChannelsFirst(output);

    /// <inheritdoc cref="NetworkStages.Outputs"/>
    internal IEnumerable<(string Name, Tensor Output)> Stages(Tensor images) => _stages.Outputs(images);

    /// <summary>Promises that weights stay as they are until the result is disposed, so that batch norms are folded into the convolutions once.</summary>
    internal IDisposable Hold(WeightsHeld weights)
    {
        NormFolding[] foldings = [.. Network.modules().OfType<Convolution2d>().Select(layer => layer.Folding).OfType<NormFolding>()];
        foreach (NormFolding folding in foldings)
            folding.Hold(weights);
        return new HeldWeights(foldings);
    }

    /// <summary>
    /// Puts a new head with another number of outputs in place. A linear one is initialized as PyTorch does it: uniform within 1/sqrt(features).
    /// </summary>
    /// <param name="outputCount">The new number of logits; at least 1.</param>
    /// <param name="random">Where the initial weights come from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputCount"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The <see cref="HeadFactory"/> makes no head with so many outputs.</exception>
    public void ReplaceHead(int outputCount, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputCount, 1);
        ArgumentNullException.ThrowIfNull(random);
        _head.Replace(outputCount, random);
        _randomness = new NetworkRandomness(Network); // the new head may use random numbers
    }

    /// <summary>Overwrites the weights [outputs][features] and the bias of a head that <see cref="HasLinearHead"/>; it gets as many outputs.</summary>
    internal void SetHead(double[][] weights, double[] bias)
    {
        if (weights.Length != OutputCount)
            ReplaceHead(weights.Length, new RandomStream(0));
        (Tensor weight, Tensor offset) = _head.Linear!.Value;
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        weight.copy_(tensor([.. weights.SelectMany(row => row)], [weights.Length, Info.FeatureSize], device: CPU));
        offset.copy_(tensor(bias, device: CPU));
    }

    /// <summary>The weights [outputs][features] and the bias of a head that <see cref="HasLinearHead"/>.</summary>
    internal (double[][] Weights, double[] Bias) GetHead()
    {
        (Tensor weight, Tensor offset) = _head.Linear!.Value;
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        double[] values = weight.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return ([.. values.Chunk(Info.FeatureSize)], offset.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray());
    }

    /// <inheritdoc cref="IBackboneHead.OutputCountIn"/>
    internal int? OutputCountIn(Func<string, long[]?> shapeOf) => _head.OutputCountIn(name => shapeOf($"{Info.Head}.{name}"));

    /// <inheritdoc cref="NetworkRandomness.Restart"/>
    internal void SeedDropout(long seed, int epoch, int step) => _randomness.Restart(seed, epoch, step);

    /// <inheritdoc/>
    public void Dispose() => NativeModules.Dispose(Network);

    private void CheckNames()
    {
        foreach (string name in Network.state_dict().Keys)
        {
            string[] stages = [.. Info.Stages.Where(stage => stage.Covers(name)).Select(stage => stage.Name)];
            if (stages.Length != 1)
            {
                throw new ArgumentException(
                    $"'{name}' of {Info.Name} must lie in one stage; it lies in {(stages.Length == 0 ? "none" : string.Join(" and ", stages))}.");
            }
        }

        string[] parameters = [.. Network.named_parameters().Select(entry => entry.name)];
        foreach (Stage stage in Info.Stages)
        {
            if (!parameters.Any(stage.Covers))
            {
                throw new ArgumentException(
                    $"Stage '{stage.Name}' of {Info.Name} holds no parameter of the network; its prefixes: {string.Join(", ", stage.Prefixes)}.");
            }
        }

        if (parameters.FirstOrDefault(name => Info.Stages[^1].Covers(name) && !Info.IsHead(name)) is { } other)
        {
            throw new ArgumentException(
                $"The last stage of {Info.Name}, '{Info.Stages[^1].Name}', must hold the head '{Info.Head}' alone; it holds '{other}'.");
        }
    }
}
