using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>Hooks on the layers of a network that are nodes of its graph, until it is disposed.</summary>
internal sealed class LayerHooks : IDisposable
{
    private readonly LayerWatch _watch;
    private readonly List<Action> _removals = [];

    public LayerHooks(nn.Module network, LayerWatch watch)
    {
        _watch = watch;
        Register("", network);
    }

    public void Dispose()
    {
        foreach (Action remove in _removals)
            remove();
    }

    // A layer that describes itself is one node, whatever it is made of.
    private void Register(string path, nn.Module module)
    {
        if (module is not IGraphLayer && module.named_children().Any())
        {
            foreach ((string name, nn.Module child) in module.named_children())
                Register(path.Length == 0 ? name : $"{path}.{name}", child);
            return;
        }

        switch (module)
        {
            case nn.Module<Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, input, output) => _watch(path, layer, output, input)).remove);
                break;
            case nn.Module<Tensor, Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, first, second, output) => _watch(path, layer, output, first, second)).remove);
                break;
            case nn.Module<Tensor, Tensor, Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, first, second, third, output) => _watch(path, layer, output, first, second, third)).remove);
                break;
            case nn.Module<Tensor[], Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, inputs, output) => _watch(path, layer, output, inputs)).remove);
                break;
        }
    }
}

/// <summary>Sees the call of a layer.</summary>
/// <param name="path">The layer's path in the network.</param>
/// <param name="layer">The layer.</param>
/// <param name="output">What it gave.</param>
/// <param name="inputs">What it took; borrowed.</param>
/// <returns>What takes the output's place: the same, or another tensor.</returns>
internal delegate Tensor LayerWatch(string path, nn.Module layer, Tensor output, params Tensor[] inputs);
