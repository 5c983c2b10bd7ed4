using System.Runtime.InteropServices;
using TransferLearning.Internal;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A network's forward pass as the stages of its metadata: whole, or from one stage to another.</summary>
internal sealed class NetworkStages
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly BackboneInfo _info;
    private readonly NetworkPrecision _precision;
    private readonly StagedNetwork? _staged;

    /// <exception cref="ArgumentException">The network computes in another number of steps than there are stages.</exception>
    public NetworkStages(nn.Module<Tensor, Tensor> network, BackboneInfo info, NetworkPrecision precision)
    {
        _network = network;
        _info = info;
        _precision = precision;
        _staged = network as StagedNetwork;
        if (_staged is not null && _staged.Steps.Count != info.Stages.Count)
        {
            throw new ArgumentException(
                $"{info.Name} computes in {_staged.Steps.Count} steps, but its metadata names {info.Stages.Count} stages; each stage is one step.");
        }
    }

    /// <summary>Whether the forward pass can begin at a later stage than the first.</summary>
    public bool CanBeEnteredHalfWay => _staged is not null;

    /// <summary>Computes the stages from one to before another; activations between them have the chosen dtype, features and logits are float32.</summary>
    /// <param name="input">Images, or what the stage before the first gave; borrowed.</param>
    /// <param name="first">From 0; above 0 only where the network <see cref="CanBeEnteredHalfWay"/>.</param>
    /// <param name="end">Above <paramref name="first"/>; below the number of stages only where the network can be entered half way.</param>
    public Tensor Run(Tensor input, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (first == 0)
            CheckImages(input);

        // A network of the caller's may leave its intermediate tensors to the scope around it, as is common with TorchSharp.
        using var scope = NewDisposeScope();
        try
        {
            bool whole = first == 0 && end == _info.Stages.Count;
            Tensor formatted = first == 0 ? _precision.Format(input) : input;
            Tensor output = whole ? _network.call(formatted) : _staged!.Run(formatted, first, end);
            return output.MoveToOuterDisposeScope();
        }
        catch (ExternalException failure)
        {
            // Native messages go on with pages of C++ frames.
            throw new InvalidOperationException(
                $"{_info.Name} cannot compute a batch of {ShapeText.Of(input.shape)}: {failure.Message.Split('\n')[0]}", failure);
        }
    }

    /// <summary>
    /// What each stage gives, one after the other; maps are [N, channels, H, W], and as they are before the network's last pooling. Each is
    /// alive until the next is asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network is no <see cref="StagedNetwork"/>.</exception>
    public IEnumerable<(string Name, Tensor Output)> Outputs(Tensor images)
    {
        if (_staged is null)
            throw new InvalidOperationException($"{_info.Name} cannot be computed stage by stage: derive it from {nameof(StagedNetwork)}.");

        Tensor? beforePool = null;
        var hook = LastPool()?.register_forward_pre_hook((_, maps) =>
        {
            beforePool = maps.alias().DetachFromDisposeScope();
            return maps;
        });
        try
        {
            Tensor output = images;
            for (int stage = 0; stage < _info.Stages.Count; stage++)
            {
                beforePool = null;
                output = Run(output, stage, stage + 1);
                using Tensor given = beforePool ?? _staged.ChannelsFirst(output);
                yield return (_info.Stages[stage].Name, given);
            }
        }
        finally
        {
            hook?.remove();
        }
    }

    /// <inheritdoc cref="StagedNetwork.ChannelsFirst"/>
    public Tensor ChannelsFirst(Tensor output) => _staged?.ChannelsFirst(output) ?? output.alias();

    private void CheckImages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != _info.Channels)
        {
            string wanted = _info.TakesColor ? "color images" : $"images of {_info.Channels} channels";
            throw new ArgumentException(
                $"{_info.Name} takes a batch of {wanted}, [N, {_info.Channels}, H, W]; this is {ShapeText.Of(images.shape)}.", nameof(images));
        }
        if (!_info.Sides.Allow(images.shape[2], images.shape[3]))
            throw new ArgumentException($"{_info.Name} takes images of {_info.Sides}; these are {images.shape[2]} x {images.shape[3]}.", nameof(images));
    }

    // PyTorch's pools only where they are parts of the network itself: within its blocks, they gate channels.
    private nn.Module<Tensor, Tensor>? LastPool() => _network.modules().OfType<nn.Module<Tensor, Tensor>>()
        .LastOrDefault(module => module is IGraphLayer layer && layer.Describe().Name == nameof(GlobalAveragePool))
        ?? _network.children().OfType<TorchSharp.Modules.AdaptiveAvgPool2d>().LastOrDefault();
}
