using System.Runtime.InteropServices;
using TransferLearning.Internal;
using TransferLearning.Native;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A built network with its metadata; owns the network's tensors.</summary>
public sealed class Backbone : IDisposable
{
    private readonly BackboneHead _head;
    private readonly KeyedDropout[] _dropouts;
    private readonly NormFolding[] _foldings;
    private readonly StagedNetwork? _staged;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">From images, float32 [N, 3, H, W], to logits, float32 [N, classes]; owned from here on, unless this throws.</param>
    /// <param name="info">Its metadata.</param>
    /// <exception cref="ArgumentException">
    /// The metadata does not fit: the head is no linear layer, its input is of another size, a parameter or buffer lies in no stage or in two,
    /// a stage holds no parameter, or the last stage holds more than the head.
    /// </exception>
    public Backbone(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(info);
        Network = network;
        Info = info;
        _head = new BackboneHead(network, info);
        CheckStages();
        _staged = network as StagedNetwork;
        CheckSteps();
        _foldings = [.. network.modules().OfType<Convolution2d>().Select(layer => layer.Folding).OfType<NormFolding>()];
        _dropouts = [.. network.modules().OfType<KeyedDropout>()];
    }

    /// <summary>The network itself.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Its metadata.</summary>
    public BackboneInfo Info { get; }

    /// <summary>What became of each tensor when the network was last filled from weights: a head of another class count, for one, is left out.</summary>
    /// <value>Null where it never was: its weights were drawn, or are those that it was built with.</value>
    public LoadReport? LoadReport { get; internal set; }

    /// <summary>The number of logits that the head gives.</summary>
    public int Classes => _head.Classes;

    /// <summary>The layer that turns features into logits: a linear one or, where the network pools behind it, a convolution with a kernel of 1.</summary>
    public nn.Module<Tensor, Tensor> HeadLayer => _head.Layer;

    /// <summary>The head's weight, float [classes, features], or [classes, features, 1, 1] of a convolution.</summary>
    public TorchSharp.Modules.Parameter HeadWeight => _head.Weight;

    /// <summary>The head's bias, float [classes]; null for a head without.</summary>
    public TorchSharp.Modules.Parameter? HeadBias => _head.Bias;

    /// <summary>The number format that activations are computed in; <see cref="ComputePrecision.Float32"/> at first, never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; private set; } = ComputePrecision.Float32;

    /// <summary>Where the head begins: the stage that takes features.</summary>
    internal int HeadStage => Info.Stages.Count - 1;

    /// <summary>Whether what the head takes are maps instead of one vector an image.</summary>
    internal bool HeadTakesMaps => _head.TakesMaps;

    /// <summary>Whether the forward pass can begin at a later stage than the first.</summary>
    internal bool CanBeEnteredHalfWay => _staged is not null;

    /// <summary>The first layer below the head that only computes in the format of its own weights; null where all follow their input's.</summary>
    internal string? FixedFormatLayer => _staged is null
        ? Info.Name
        : Network.named_modules().FirstOrDefault(entry => !Info.Stages[^1].Covers(entry.name)
            && entry.module is not IFollowsInputFormat
            && entry.module.parameters(recurse: false).Any()).name;

    /// <summary>Chooses the number format of the activations.</summary>
    /// <param name="precision"><see cref="ComputePrecision.Auto"/> takes bfloat16 where the network can compute in it, on a processor that is faster at it.</param>
    /// <exception cref="InvalidOperationException">The network cannot compute in bfloat16.</exception>
    public void ComputeIn(ComputePrecision precision)
    {
        bool able = FixedFormatLayer is null;
        if (precision == ComputePrecision.BFloat16 && !able)
            throw new InvalidOperationException($"{Info.Name} cannot compute in {ComputePrecision.BFloat16}: '{FixedFormatLayer}' is no layer that follows its input's number format. Build a {nameof(StagedNetwork)} of layers that are {nameof(IFollowsInputFormat)}, such as {nameof(Convolution2d)}, or compute in {ComputePrecision.Float32}.");

        bool onProcessor = HeadWeight.device_type == TorchSharp.DeviceType.CPU;
        Precision = precision == ComputePrecision.Auto
            ? able && onProcessor && BFloat16Instructions.Pay ? ComputePrecision.BFloat16 : ComputePrecision.Float32
            : precision;
    }

    /// <summary>Computes logits, calling the network's hooks.</summary>
    /// <remarks>Tensors that a hook makes are disposed with the pass; one that is to outlive it must leave its dispose scope.</remarks>
    /// <param name="images">float32 [N, channels, H, W], normalised; borrowed. There are as many channels as the metadata says: three, usually.</param>
    /// <returns>float32 [N, classes]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException"><paramref name="images"/> is not a batch of images of so many channels, or they are of a size that the metadata rules out.</exception>
    /// <exception cref="InvalidOperationException">A layer refuses what it gets: the images are of a size that the network cannot take, say.</exception>
    public Tensor Forward(Tensor images) => Forward(images, firstStage: 0);

    /// <summary>Computes the stages from one to the logits.</summary>
    internal Tensor Forward(Tensor input, int firstStage) => Forward(input, firstStage, Info.Stages.Count);

    /// <summary>Computes the stages from one to before another; what is between them is in <see cref="ComputePrecision"/>, features and logits are float32.</summary>
    /// <param name="input">Images, or what the stage before the first gave; borrowed.</param>
    /// <param name="firstStage">From 0; above 0 only where the network <see cref="CanBeEnteredHalfWay"/>.</param>
    /// <param name="endStage">Above <paramref name="firstStage"/>; below the number of stages only where the network can be entered half way.</param>
    internal Tensor Forward(Tensor input, int firstStage, int endStage)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (firstStage == 0 && (input.dim() != 4 || input.shape[1] != Info.Channels))
            throw new ArgumentException($"{Info.Name} takes a batch of {(Info.TakesColor ? "colour images" : $"images of {Info.Channels} channels")}, [N, {Info.Channels}, H, W]; this is {ShapeText.Of(input.shape)}.", "images");
        if (firstStage == 0 && !Info.Takes(input.shape[2], input.shape[3]))
            throw new ArgumentException($"{Info.Name} takes images of {Info.SizeText}; these are {input.shape[2]} x {input.shape[3]}.", "images");

        // A network of the caller's may leave its intermediate tensors to the scope around it, as is common with TorchSharp.
        using var scope = NewDisposeScope();
        try
        {
            bool whole = firstStage == 0 && endStage == Info.Stages.Count;
            Tensor formatted = firstStage == 0 && Precision == ComputePrecision.BFloat16 ? input.to(ScalarType.BFloat16) : input;
            Tensor output = whole ? Network.call(formatted) : _staged!.Run(formatted, firstStage, endStage);
            return output.MoveToOuterDisposeScope();
        }
        catch (ExternalException failure)
        {
            // Native messages go on with pages of C++ frames.
            throw new InvalidOperationException($"{Info.Name} cannot compute a batch of {ShapeText.Of(input.shape)}: {failure.Message.Split('\n')[0]}", failure);
        }
    }

    /// <summary>What the head takes: float32 [N, features], or maps [N, features, H, W] where <see cref="HeadTakesMaps"/>. The tensor belongs to the caller's scope.</summary>
    /// <remarks>A network that cannot be entered half way must have been made to <see cref="GiveFeatures"/>.</remarks>
    internal Tensor Features(Tensor images) => CanBeEnteredHalfWay ? Forward(images, 0, HeadStage) : Forward(images);

    /// <summary>Makes a network that is computed in one piece give features in place of logits, for good.</summary>
    internal void GiveFeatures()
    {
        if (!CanBeEnteredHalfWay)
            _head.BecomeIdentity();
    }

    /// <summary>What each stage gives, one after the other; maps are [N, channels, H, W], and as they are before the network's last pooling. Each is alive until the next is asked for.</summary>
    /// <exception cref="InvalidOperationException">The network is no <see cref="StagedNetwork"/>.</exception>
    internal IEnumerable<(string Name, Tensor Output)> Stages(Tensor images)
    {
        if (!CanBeEnteredHalfWay)
            throw new InvalidOperationException($"{Info.Name} cannot be computed stage by stage: derive it from {nameof(StagedNetwork)}.");

        Tensor? beforePool = null;
        var hook = LastPool()?.register_forward_pre_hook((_, maps) =>
        {
            beforePool = maps.alias().DetachFromDisposeScope();
            return maps;
        });
        try
        {
            Tensor output = images;
            for (int stage = 0; stage < Info.Stages.Count; stage++)
            {
                beforePool = null;
                output = Forward(output, stage, stage + 1);
                using Tensor given = beforePool ?? _staged!.ChannelsFirst(output);
                yield return (Info.Stages[stage].Name, given);
            }
        }
        finally
        {
            hook?.remove();
        }
    }

    // PyTorch's pools only where they are parts of the network itself: within its blocks, they gate channels.
    private nn.Module<Tensor, Tensor>? LastPool() => (nn.Module<Tensor, Tensor>?)Network.modules().OfType<GlobalAveragePool>().LastOrDefault()
        ?? Network.children().OfType<TorchSharp.Modules.AdaptiveAvgPool2d>().LastOrDefault();

    /// <summary>Promises that weights stay as they are until the result is disposed, so that batch norms are folded into the convolutions once.</summary>
    internal IDisposable Hold(WeightsHeld weights)
    {
        foreach (NormFolding folding in _foldings)
            folding.Hold(weights);
        return new HeldWeights(_foldings);
    }

    /// <summary>Puts a new head of another class count in place, initialised as PyTorch initialises a linear layer: uniform within 1/sqrt(features).</summary>
    /// <param name="classes">The new number of logits; at least 1.</param>
    /// <param name="random">Where the initial weights come from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    public void ReplaceHead(int classes, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(random);

        _head.Replace(classes, random);
    }

    /// <summary>Names where the dropout of the next training pass draws from, so that it depends on nothing that ran before.</summary>
    /// <remarks>The built-in networks draw from sequences of their own. Another network's dropout draws from torch's generator, one for the process, which is seeded here: two fits of such networks at once are not repeatable.</remarks>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The step within the epoch, from 0.</param>
    internal void SeedDropout(long seed, int epoch, int step)
    {
        if (Network.GetType().Assembly != typeof(Backbone).Assembly)
        {
            using Generator generator = manual_seed((long)(new RandomStream(seed, RandomPurpose.Dropout, epoch, step).NextUInt64() >> 1));
            return;
        }

        foreach ((int index, KeyedDropout layer) in _dropouts.Index())
            layer.Restart(new RandomStream(seed, RandomPurpose.Dropout, epoch, step, index));
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private void CheckSteps()
    {
        if (_staged is not null && _staged.Steps.Count != Info.Stages.Count)
            throw new ArgumentException($"{Info.Name} computes in {_staged.Steps.Count} steps, but its metadata names {Info.Stages.Count} stages; each stage is one step.");
    }

    private void CheckStages()
    {
        foreach (string name in Network.state_dict().Keys)
        {
            string[] stages = [.. Info.Stages.Where(stage => stage.Covers(name)).Select(stage => stage.Name)];
            if (stages.Length != 1)
                throw new ArgumentException($"'{name}' of {Info.Name} must lie in one stage; it lies in {(stages.Length == 0 ? "none" : string.Join(" and ", stages))}.");
        }

        string[] parameters = [.. Network.named_parameters().Select(entry => entry.name)];
        foreach (Stage stage in Info.Stages)
        {
            if (!parameters.Any(stage.Covers))
                throw new ArgumentException($"Stage '{stage.Name}' of {Info.Name} holds no parameter of the network; its prefixes: {string.Join(", ", stage.Prefixes)}.");
        }

        if (parameters.FirstOrDefault(name => Info.Stages[^1].Covers(name) && !Info.IsHead(name)) is { } other)
            throw new ArgumentException($"The last stage of {Info.Name}, '{Info.Stages[^1].Name}', must hold the head '{Info.Head}' alone; it holds '{other}'.");
    }
}
