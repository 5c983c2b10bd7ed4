using Extending;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Graph;

public sealed class NetworkGraphTests
{
    private const int SmallSide = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.All), MemberType = typeof(NetworkNames))]
    public void Trace_OfABuiltInNetwork_RecomputesItsLogitsFromTheGraphAlone(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone backbone = DrawnWeights.Open(name, SmallSide);
        backbone.Network.eval();
        Tensor images = FilledWeights.Input(backbone.Info.Preprocessing.CropTo);
        images = cat([images, images.flip(3)]);
        Tensor expected = backbone.Forward(images);

        NetworkGraph graph = NetworkGraph.Trace(backbone);
        Tensor logits = GraphInterpreter.Compute(graph, images);

        Assert.Equal([2, 1000], logits.shape);
        Assert.InRange(logits.sub(expected).abs().max().item<float>() / expected.abs().max().item<float>(), 0, Tolerance(graph));
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Trace_OfABuiltInNetwork_CallsEveryLeafOnceAndLeavesTheNetworkAsItWas(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, SmallSide);
        backbone.Network.train();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        NetworkGraph graph = NetworkGraph.Trace(backbone);

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
        Assert.All(backbone.Network.modules(), module => Assert.True(module.training));
        Stage auxiliary = AuxiliaryHeads.Of(backbone);
        IEnumerable<string> leaves = Leaves("", backbone.Network).Where(path => !auxiliary.Covers(path));
        IEnumerable<string> calls = graph.Nodes.Where(node => node.Operation.Name is not ("Input" or "Parameter")).Select(node => node.Name);
        Assert.Equal(leaves.Order(StringComparer.Ordinal), calls.Order(StringComparer.Ordinal));

        // Every parameter and buffer is some node's, and every node's stage is that of what it holds.
        IEnumerable<string> held = graph.Nodes.SelectMany(node => node.Tensors).Select(tensor => tensor.Name);
        Assert.Equal(backbone.Network.state_dict().Keys.Where(key => !auxiliary.Covers(key)).Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));
        Assert.All(graph.Nodes, node => Assert.All(node.Tensors, tensor => Assert.Equal(node.Stage, backbone.Info.StageOf(tensor.Name).Name)));
        int[] stages = [.. graph.Nodes.Where(node => node.Operation.Name != "Parameter").Select(node => backbone.Info.Stages.ToList().FindIndex(stage => stage.Name == node.Stage))];
        Assert.Equal(stages.Order(), stages);
    }

    [Fact]
    public void Trace_OfResNet_TellsOperationsShapesAndEdges()
    {
        using Backbone backbone = BuiltForSide.Open("resnet18", SmallSide);

        NetworkGraph graph = NetworkGraph.Trace(backbone);

        Assert.Equal("images: Input() [N, 3, 64, 64]", graph.Input.ToString());
        Assert.Equal("fc: Linear(avgpool) [N, 1000]", graph.Output.ToString());
        GraphNode convolution = graph.Nodes.Single(node => node.Name == "layer2.0.conv1");
        Assert.Equal("layer2.0.conv1: Convolution(layer1.1.relu) [N, 128, 8, 8]", convolution.ToString());
        Assert.Equal([2, 2], (long[])convolution.Operation.Attributes["stride"]);
        Assert.Equal([1, 1], (long[])convolution.Operation.Attributes["padding"]);
        Assert.Equal(1L, convolution.Operation.Attributes["groups"]);
        Assert.Equal("layer2.0.conv1.weight", Assert.Single(convolution.Tensors).Name);
        Assert.Equal([128, 64, 3, 3], convolution.Tensors[0].Shape);
        Assert.Equal([new(1, true, false), new(128, false, false), new(8, false, true), new(8, false, true)], convolution.Shape);
        GraphNode addition = graph.Nodes.Single(node => node.Name == "layer2.0.add");
        Assert.Equal(["layer2.0.bn2", "layer2.0.downsample.1"], addition.Inputs.Select(input => input.Name));
        Assert.Equal("layer2", addition.Stage);
        Assert.Equal(graph.Nodes.Sum(node => node.Inputs.Count), graph.Edges.Count());
    }

    [Fact]
    public void Trace_WithHeldWeightsInBFloat16_IsUnfoldedAndRestoresTheFormat()
    {
        using Backbone backbone = BuiltForSide.Open("resnet18", SmallSide);
        backbone.Network.eval();
        backbone.ComputeIn(ComputePrecision.BFloat16);
        using IDisposable held = backbone.Hold(WeightsHeld.All);

        NetworkGraph graph = NetworkGraph.Trace(backbone);

        Assert.Contains(graph.Nodes, node => node.Name == "bn1" && node.Operation.Name == "BatchNormalization");
        Assert.Equal(ComputePrecision.BFloat16, backbone.Precision);
        Assert.All(backbone.Network.modules(), module => Assert.False(module.training));
    }

    [Fact]
    public void Trace_OfANetworkThatComputesBetweenModules_NamesTheLayerAndRestoresTheModes()
    {
        using Backbone backbone = Open(new Between());
        backbone.Network.train();
        ((Between)backbone.Network).dropout.eval();

        var error = Assert.Throws<InvalidOperationException>(() => NetworkGraph.Trace(backbone));

        Assert.Contains("'head' of own takes a tensor [1, 4] that no layer gave", error.Message);
        Assert.True(backbone.Network.training);
        Assert.False(((Between)backbone.Network).dropout.training);
        using var scope = NewDisposeScope();
        backbone.Forward(zeros(2, 3, 8, 8));      // no hook is left to complain
    }

    [Fact]
    public void Trace_OfALayerThatIsCalledTwiceInPlace_GivesEachCallANodeAndFollowsTheOverwrittenTensor()
    {
        using Backbone backbone = Open(new Twice());

        NetworkGraph graph = NetworkGraph.Trace(backbone);

        Assert.Equal(["images", "body", "relu", "relu:2", "add", "pool", "flatten", "head"], graph.Nodes.Select(node => node.Name));
        Assert.Equal(["relu:2", "relu"], graph.Nodes.Single(node => node.Name == "add").Inputs.Select(input => input.Name));
        using var scope = NewDisposeScope();
        Tensor images = FilledWeights.Input(8);
        Assert.Equal(backbone.Forward(images).data<float>().ToArray(), GraphInterpreter.Compute(graph, images).data<float>().ToArray());
    }

    [Fact]
    public void Trace_OfANetworkThatBranchesOnTheBatch_RefusesIt()
    {
        using Backbone backbone = Open(new Branching());

        Assert.Contains("from 'relu' on", Assert.Throws<InvalidOperationException>(() => NetworkGraph.Trace(backbone)).Message);
    }

    [Fact]
    public void Trace_OfATorchSharpNetwork_DescribesItsLayers()
    {
        using Backbone backbone = TinyNetwork.Open();

        NetworkGraph graph = NetworkGraph.Trace(backbone, side: 32);

        Assert.Equal(
            ["Input", "Convolution", "BatchNormalization", "AdaptiveAveragePool", "Flatten", "Linear"],
            graph.Nodes.Select(node => node.Operation.Name));
        using var scope = NewDisposeScope();
        backbone.Network.eval();
        Tensor images = FilledWeights.Input(32);
        Assert.Equal(backbone.Forward(images).data<float>().ToArray(), GraphInterpreter.Compute(graph, images).data<float>().ToArray());
    }

    [Fact]
    public void Trace_OfLayersOfOnesOwn_TakesTheirDescriptionsAndAnyOtherForWhatItsTypeIsCalled()
    {
        using Backbone backbone = Open(nn.Sequential(
            ("body", new PaddedConvolution()), ("mish", new SmoothRelu()), ("elu", nn.ELU()), ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("head", nn.Linear(4, 5))));

        NetworkGraph graph = NetworkGraph.Trace(backbone);

        Assert.Equal(["Input", "PaddedConvolution", "SmoothRelu", "ELU", "AdaptiveAveragePool", "Flatten", "Linear"], graph.Nodes.Select(node => node.Operation.Name));
        Assert.Equal(2L, graph.Nodes[1].Operation.Attributes["padding"]);
        Assert.Equal(["body.inner.weight", "body.inner.bias"], graph.Nodes[1].Tensors.Select(tensor => tensor.Name));
        Assert.Equal(7 * graph.Nodes[1].Shape[1].Length, graph.Nodes[1].MultiplyAdds);
    }

    [Fact]
    public void Trace_OfANetworkThatRunsItsModulesByForward_SaysThatHooksMissThem()
    {
        using Backbone backbone = new(new SmallNetwork(), SmallNetwork.Info);

        Assert.Contains("run modules by call", Assert.Throws<InvalidOperationException>(() => NetworkGraph.Trace(backbone, side: 32)).Message);
    }

    [Fact]
    public void Trace_OfASideThatTheNetworkCannotTake_IsRefused()
    {
        using Backbone backbone = BuiltForSide.Open("inception_v3", SmallSide);

        Assert.Throws<ArgumentException>(() => NetworkGraph.Trace(backbone, side: 64));
    }

    private static Backbone Open(nn.Module<Tensor, Tensor> network) => new(network, new BackboneInfo
    {
        Name = "own",
        Stages = [new("stem", "body"), new("head", "head")],
        Head = "head",
        FeatureSize = 4,
        Preprocessing = new() { ResizeTo = 8, CropTo = 8 },
    });

    // Exact, but where the formula adds up in another order or leaves another order in memory.
    private static double Tolerance(NetworkGraph graph)
    {
        string[] operations = [.. graph.Nodes.Select(node => node.Operation.Name)];
        return operations.Any(operation => operation.EndsWith("Attention")) ? 1e-5 : operations.Contains("ChannelShuffle") ? 1e-6 : 0;
    }

    // A layer that describes itself is one, whatever it is made of.
    private static IEnumerable<string> Leaves(string path, nn.Module module) => module is IGraphLayer || !module.named_children().Any()
        ? [path]
        : module.named_children().SelectMany(child => Leaves(path.Length == 0 ? child.name : $"{path}.{child.name}", child.module));

    // What it computes between its layers is its own affair.
    private sealed class PaddedConvolution : nn.Module<Tensor, Tensor>, IGraphLayer
    {
        internal readonly Conv2d inner = nn.Conv2d(3, 4, kernel_size: 3);

        public PaddedConvolution() : base(nameof(PaddedConvolution)) => RegisterComponents();

        public override Tensor forward(Tensor images) => inner.call(nn.functional.pad(images, [2, 2, 2, 2]));

        public GraphOperation Describe() => new(nameof(PaddedConvolution), ("padding", 2L));

        public long MultiplyAdds(IReadOnlyList<long> output) => 7 * output[1];
    }

    private sealed class Between : nn.Module<Tensor, Tensor>
    {
        internal readonly Conv2d body = nn.Conv2d(3, 4, kernel_size: 3);
        internal readonly Dropout dropout = nn.Dropout();
        internal readonly Linear head = nn.Linear(4, 5);

        public Between() : base(nameof(Between)) => RegisterComponents();

        public override Tensor forward(Tensor images) => head.call(dropout.call(body.call(images)).mean([2, 3]));
    }

    private sealed class Twice : nn.Module<Tensor, Tensor>
    {
        internal readonly Conv2d body = nn.Conv2d(3, 4, kernel_size: 3);
        internal readonly ReLU relu = nn.ReLU(inplace: true);
        internal readonly Addition add = new();
        internal readonly AdaptiveAvgPool2d pool = nn.AdaptiveAvgPool2d(1);
        internal readonly Flatten flatten = nn.Flatten();
        internal readonly Linear head = nn.Linear(4, 5);

        public Twice() : base(nameof(Twice)) => RegisterComponents();

        public override Tensor forward(Tensor images)
        {
            Tensor maps = body.call(images);
            Tensor once = relu.call(maps);
            relu.call(maps);
            return head.call(flatten.call(pool.call(add.call(maps, once))));
        }
    }

    private sealed class Branching : nn.Module<Tensor, Tensor>
    {
        internal readonly Conv2d body = nn.Conv2d(3, 4, kernel_size: 3);
        internal readonly ReLU relu = nn.ReLU();
        internal readonly AdaptiveAvgPool2d pool = nn.AdaptiveAvgPool2d(1);
        internal readonly Flatten flatten = nn.Flatten();
        internal readonly Linear head = nn.Linear(4, 5);

        public Branching() : base(nameof(Branching)) => RegisterComponents();

        public override Tensor forward(Tensor images)
        {
            Tensor maps = body.call(images);
            return head.call(flatten.call(pool.call(images.shape[0] == 1 ? relu.call(maps) : maps)));
        }
    }
}
