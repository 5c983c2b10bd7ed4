using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>A call that was seen in a forward pass; inputs are numbers of earlier calls. Neither the images nor a parameter have a layer.</summary>
internal sealed record GraphCall(string Name, string Path, nn.Module? Layer, GraphOperation Operation, IReadOnlyList<int> Inputs, long[] Shape);

/// <summary>
/// Watches the layers of a network for one forward pass. Tensors are told apart by their managed objects, which are kept: a native handle is
/// given to another tensor as soon as its own is disposed.
/// </summary>
internal sealed class GraphRecorder
{
    private readonly Backbone _backbone;
    private readonly List<GraphCall> _calls = [];
    private readonly Dictionary<Tensor, int> _makers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _owned = new(ReferenceEqualityComparer.Instance);

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
        var recorder = new GraphRecorder(backbone);
        using var hooks = new LayerHooks(backbone.Network, recorder.Call);
        Tensor images = zeros(batch, backbone.Info.Channels, side, side, device: backbone.Network.parameters().First().device);
        recorder.Add("images", "images", layer: null, new GraphOperation("Input"), [], images);

        Tensor logits = backbone.Forward(images);
        if (recorder._makers.GetValueOrDefault(logits, -1) != recorder._calls.Count - 1)
            throw Unknown($"{backbone.Info.Name} gives", logits);
        return recorder._calls;
    }

    /// <summary>The name of a layer's call, of which the first is 1.</summary>
    public static string NameOf(string path, int call) => call == 1 ? path : $"{path}:{call}";

    private Tensor Call(string path, nn.Module layer, Tensor output, Tensor[] inputs)
    {
        int[] makers = [.. inputs.Select(input => MakerOf(input, path))];
        string name = NameOf(path, _calls.Count(call => call.Path == path) + 1);
        GraphOperation operation = GraphLayers.Describe(layer);
        Add(name, path, layer, operation, makers, output);
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
