using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>
/// A network as the operations that its forward pass consists of, from the images to the logits: in evaluation mode, in float32, batch norms
/// not folded. It reads the network's tensors and owns none.
/// </summary>
public sealed class NetworkGraph
{
    private const int MoreOfASide = 32;     // a pixel more on the smallest maps of the built-in networks

    private readonly Backbone _backbone;

    private NetworkGraph(Backbone backbone, IReadOnlyList<GraphNode> nodes)
    {
        _backbone = backbone;
        Nodes = nodes;
    }

    /// <summary>The network's metadata.</summary>
    public BackboneInfo Info => _backbone.Info;

    /// <summary>All nodes; each comes after those whose outputs it takes. The first is the images.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The images, [N, channels, H, W].</summary>
    public GraphNode Input => Nodes[0];

    /// <summary>The node that gives the logits, [N, classes].</summary>
    public GraphNode Output => Nodes[^1];

    /// <summary>What flows from which node into which.</summary>
    public IEnumerable<(GraphNode From, GraphNode To)> Edges => Nodes.SelectMany(node => node.Inputs.Select(input => (input, node)));

    private Dictionary<string, GraphNode> ByName => field ??= Nodes.ToDictionary(node => node.Name);

    /// <summary>Traces a network for images of the side that its preprocessing gives.</summary>
    /// <inheritdoc cref="Trace(Backbone, int)"/>
    public static NetworkGraph Trace(Backbone backbone) =>
        Trace(backbone, backbone?.Info.Preprocessing.CropTo ?? throw new ArgumentNullException(nameof(backbone)));

    /// <summary>
    /// Traces a network: runs it, watched by hooks, for one image, for two, and, where it takes them, for a larger one, so that the graph
    /// tells which lengths change with what. Modes, hooks and number format are afterwards as before; weights are not touched.
    /// </summary>
    /// <param name="backbone">The network; borrowed, and to be used by no other thread meanwhile. The graph reads its tensors later on.</param>
    /// <param name="side">The side of the images, in pixels.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentException">The network does not take images of that side.</exception>
    /// <exception cref="InvalidOperationException">
    /// A layer takes a tensor that no layer gave, because something is computed between modules; or the network computes otherwise for another
    /// number or size of images.
    /// </exception>
    public static NetworkGraph Trace(Backbone backbone, int side)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return Evaluate(backbone, () =>
        {
            IReadOnlyList<GraphCall> calls = GraphRecorder.Record(backbone, batch: 1, side);
            IReadOnlyList<GraphCall> twoImages = GraphRecorder.Record(backbone, batch: 2, side);
            int larger = side + MoreOfASide;
            IReadOnlyList<GraphCall> largerImage = backbone.Info.Sides.Allow(larger, larger) ? GraphRecorder.Record(backbone, batch: 1, larger) : calls;
            RequireSameCalls(backbone, calls, twoImages);
            RequireSameCalls(backbone, calls, largerImage);
            return new NetworkGraph(backbone, Build(backbone, calls, twoImages, largerImage));
        });
    }

    /// <summary>
    /// Computes logits in evaluation mode and in float32, while each layer's output is seen, and may be replaced. Modes, hooks and number format are
    /// afterwards as before.
    /// </summary>
    /// <param name="images">[N, channels, H, W] on the network's device; borrowed.</param>
    /// <param name="watch">From a node, what it gave, and what it took, to what takes the output's place: the same tensor or one of its own.</param>
    /// <returns>The logits, which belong to the caller's dispose scope.</returns>
    internal Tensor Run(Tensor images, Func<GraphNode, Tensor, IReadOnlyList<Tensor>, Tensor> watch)
    {
        var calls = new Dictionary<string, int>();
        return Evaluate(_backbone, () =>
        {
            using var hooks = new LayerHooks(_backbone.Network, Watch);
            return _backbone.Forward(images);
        });

        Tensor Watch(string path, nn.Module layer, Tensor output, Tensor[] inputs)
        {
            Tensor given = watch(ByName[GraphRecorder.NameOf(path, calls[path] = calls.GetValueOrDefault(path) + 1)], output, inputs);
            if (!ReferenceEquals(given, output) && !inputs.Any(input => ReferenceEquals(input, output)))
                output.Dispose();
            return given;
        }
    }

    /// <summary>Stages, output shapes, parameters and multiply-adds, as Keras and torchinfo print them.</summary>
    /// <returns>The summary; its text is a table.</returns>
    public NetworkSummary Summarize()
    {
        (string Name, Parameter Parameter)[] parameters = [.. _backbone.Network.named_parameters().Select(entry => (entry.name, entry.parameter))];
        return new NetworkSummary
        {
            Name = Info.Name,
            ImageShape = Input.Shape,
            Stages =
            [
                .. Info.Stages.Select(stage => new StageSummary
                {
                    Name = stage.Name,
                    OutputShape = Nodes.Last(node => node.Stage == stage.Name).Shape,
                    Parameters = Count(parameters.Where(entry => stage.Covers(entry.Name))),
                    TrainableParameters = Count(parameters.Where(entry => stage.Covers(entry.Name) && entry.Parameter.requires_grad)),
                    MultiplyAdds = Nodes.Where(node => node.Stage == stage.Name).Sum(node => node.MultiplyAdds),
                }),
            ],
        };

        static long Count(IEnumerable<(string Name, Parameter Parameter)> parameters) => parameters.Sum(entry => entry.Parameter.numel());
    }

    // In evaluation mode and in float32, without gradients; afterwards all is as before.
    private static T Evaluate<T>(Backbone backbone, Func<T> compute)
    {
        ComputePrecision precision = backbone.Precision;
        using var modes = new KeptModes(backbone.Network);
        using IDisposable noGradient = no_grad();
        try
        {
            backbone.ComputeIn(ComputePrecision.Float32);
            backbone.Network.eval();
            return compute();
        }
        finally
        {
            backbone.ComputeIn(precision);
        }
    }

    private static void RequireSameCalls(Backbone backbone, IReadOnlyList<GraphCall> calls, IReadOnlyList<GraphCall> others)
    {
        int same = calls.Zip(others, (one, other) => one.Name == other.Name && one.Inputs.SequenceEqual(other.Inputs) && one.Shape.Length == other.Shape.Length)
            .TakeWhile(equal => equal)
            .Count();
        if (same < calls.Count || same < others.Count)
        {
            string from = (same < calls.Count ? calls : others)[same].Name;
            throw new InvalidOperationException(
                $"{backbone.Info.Name} computes otherwise for another number or size of images, from '{from}' on: one graph cannot tell both.");
        }
    }

    private static List<GraphNode> Build(
        Backbone backbone, IReadOnlyList<GraphCall> calls, IReadOnlyList<GraphCall> twoImages, IReadOnlyList<GraphCall> largerImage)
    {
        string[] stages = [.. backbone.Info.Stages.Select(stage => stage.Name)];
        Dictionary<string, Tensor> stored = new(backbone.Network.state_dict());
        var nodes = new List<GraphNode>();
        foreach ((int index, GraphCall call) in calls.Index())
        {
            GraphNode[] inputs = [.. call.Inputs.Select(input => nodes[input])];
            nodes.Add(new GraphNode
            {
                Name = call.Name,
                Operation = call.Operation,
                Inputs = inputs,
                Shape = [.. call.Shape.Select((length, axis) => new GraphDimension(
                    length, FollowsBatch: twoImages[index].Shape[axis] != length, FollowsImage: largerImage[index].Shape[axis] != length))],
                Tensors = call.Layer is { } layer ? [.. TensorsOf(layer, call.Path)]
                    : stored.TryGetValue(call.Path, out Tensor? tensor) ? [new GraphTensor("value", call.Path, tensor)] : [],
                Stage = StageOf(call, inputs),
                MultiplyAdds = call.Layer is null ? 0 : GraphLayers.MultiplyAdds(call.Layer, call.Shape),
            });
        }
        return nodes;

        // What holds no parameter belongs to the stage that computed what it takes.
        string StageOf(GraphCall call, GraphNode[] inputs) =>
            backbone.Info.Stages.FirstOrDefault(stage => stage.Covers(call.Path))?.Name
            ?? inputs.Select(input => input.Stage).MaxBy(stage => Array.IndexOf(stages, stage)) ?? stages[0];
    }

    private static IEnumerable<GraphTensor> TensorsOf(nn.Module layer, string path)
    {
        (string Name, nn.Module Module)[] modules = [("", layer), .. layer.named_modules()];
        nn.Module[] parametrizations = [.. modules.Select(entry => (entry.Module as IWeightedLayer)?.Parametrization).OfType<nn.Module>()];
        HashSet<nn.Module> hidden = [.. parametrizations, .. parametrizations.SelectMany(outer => outer.modules())];
        foreach ((string name, nn.Module module) in modules.Where(entry => !hidden.Contains(entry.Module)))
        {
            IEnumerable<(string Key, Tensor Tensor)> own =
            [
                .. module.named_parameters(recurse: false).Select(entry => (entry.name, (Tensor)entry.parameter)),
                .. module.named_buffers(recurse: false).Select(entry => (entry.name, entry.buffer)),
            ];
            foreach ((string key, Tensor tensor) in own)
            {
                string relative = name.Length == 0 ? key : $"{name}.{key}";
                Func<Tensor>? source = module is IWeightedLayer weighted && ReferenceEquals(weighted.Weight, tensor) ? () => weighted.EffectiveWeight : null;
                yield return new GraphTensor(relative, $"{path}.{relative}", tensor, source);
            }
        }
    }
}
