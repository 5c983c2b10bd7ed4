using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>A call that was seen in a forward pass; inputs are numbers of earlier calls. Neither the images nor a parameter have a layer.</summary>
internal sealed record GraphCall(string Name, string Path, nn.Module? Layer, GraphOperation Operation, IReadOnlyList<int> Inputs, long[] Shape);

/// <summary>
/// Watches the layers of a network for one forward pass. Tensors are told apart by their managed objects, which are kept: a native handle is
/// given to another tensor as soon as its own is disposed.
/// </summary>
internal sealed class GraphRecorder : IDisposable
{
    private readonly Backbone _backbone;
    private readonly List<GraphCall> _calls = [];
    private readonly Dictionary<Tensor, int> _makers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _owned = new(ReferenceEqualityComparer.Instance);
    private readonly List<Action> _removals = [];

    private GraphRecorder(Backbone backbone)
    {
        _backbone = backbone;
        foreach ((string name, Tensor tensor) in backbone.Network.named_parameters())
            _owned[tensor] = name;
        foreach ((string name, Tensor tensor) in backbone.Network.named_buffers())
            _owned[tensor] = name;
    }

    /// <summary>Computes a batch and lists the calls in their order, from the images to the logits.</summary>
    /// <exception cref="InvalidOperationException">A layer takes, or the network gives, a tensor that no layer gave.</exception>
    public static IReadOnlyList<GraphCall> Record(Backbone backbone, int batch, int side)
    {
        using var scope = NewDisposeScope();
        using var recorder = new GraphRecorder(backbone);
        recorder.Watch("", backbone.Network);
        Tensor images = zeros(batch, backbone.Info.Channels, side, side, device: backbone.Network.parameters().First().device);
        recorder.Add("images", "images", layer: null, new GraphOperation("Input"), [], images);

        Tensor logits = backbone.Forward(images);
        if (recorder._makers.GetValueOrDefault(logits, -1) != recorder._calls.Count - 1)
            throw Unknown($"{backbone.Info.Name} gives", logits);
        return recorder._calls;
    }

    public void Dispose()
    {
        foreach (Action remove in _removals)
            remove();
    }

    // A layer that describes itself is one node, whatever it is made of.
    private void Watch(string path, nn.Module module)
    {
        if (module is not IGraphLayer && module.named_children().Any())
        {
            foreach ((string name, nn.Module child) in module.named_children())
                Watch(path.Length == 0 ? name : $"{path}.{name}", child);
            return;
        }

        switch (module)
        {
            case nn.Module<Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, input, output) => Call(path, layer, output, input)).remove);
                break;
            case nn.Module<Tensor, Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, first, second, output) => Call(path, layer, output, first, second)).remove);
                break;
            case nn.Module<Tensor, Tensor, Tensor, Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, first, second, third, output) => Call(path, layer, output, first, second, third)).remove);
                break;
            case nn.Module<Tensor[], Tensor> layer:
                _removals.Add(layer.register_forward_hook((_, inputs, output) => Call(path, layer, output, inputs)).remove);
                break;
        }
    }

    private Tensor Call(string path, nn.Module layer, Tensor output, params Tensor[] inputs)
    {
        int[] makers = [.. inputs.Select(input => MakerOf(input, path))];
        int calls = _calls.Count(call => call.Path == path);
        GraphOperation operation = GraphLayers.Describe(layer);
        Add(calls == 0 ? path : $"{path}:{calls + 1}", path, layer, operation, makers, output);
        if (operation.IsInPlace)
            _makers[inputs[0]] = _calls.Count - 1;
        return output;
    }

    private int MakerOf(Tensor input, string path)
    {
        if (_makers.TryGetValue(input, out int maker))
            return maker;
        if (!_owned.TryGetValue(input, out string? name))
            throw Unknown($"'{path}' of {_backbone.Info.Name} takes", input);

        Add(name, name, layer: null, new GraphOperation("Parameter"), [], input);
        return _calls.Count - 1;
    }

    private static InvalidOperationException Unknown(string who, Tensor tensor) => new(
        $"{who} a tensor {ShapeText.Of(tensor.shape)} that no layer gave. Compute it in a module, and run modules by call, for forward alone passes hooks by.");

    private void Add(string name, string path, nn.Module? layer, GraphOperation operation, IReadOnlyList<int> inputs, Tensor output)
    {
        _makers[output] = _calls.Count;
        _calls.Add(new GraphCall(name, path, layer, operation, inputs, output.shape));
    }
}
