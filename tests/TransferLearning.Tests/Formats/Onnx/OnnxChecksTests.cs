using TransferLearning.Formats.Onnx;
using static TransferLearning.Formats.Onnx.AttributeProto.Types;
using static TransferLearning.Tests.Formats.Onnx.SampleOnnx;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class OnnxChecksTests
{
    [Fact]
    public void RequireOrder_SoundGraph_Passes()
    {
        ModelProto model = Model();
        model.Graph.Input.Add(new ValueInfoProto { Name = "fc.bias" }); // as until ir_version 3
        model.Graph.Node[0].Input.Add(""); // an optional input that is left out
        model.Graph.Node[3].Output.Add("");

        OnnxChecks.RequireOrder(model.Graph);

        Assert.Equal(17, OnnxChecks.Opset(model));
        Assert.Empty(OnnxChecks.BeyondAGraph(model));
        Assert.Empty(OnnxChecks.OtherDomains(model));
    }

    public static TheoryData<string, string> Disorders => new()
    {
        { "value twice", "an output of node 'act' (LeakyRelu) is named 'c'" },
        { "output named as an input", "an output of node 'act' (LeakyRelu) is named 'image'" },
        { "output named as an initializer", "an output of node 'act' (LeakyRelu) is named 'fc.weight'" },
        { "input twice", "an input is named 'image'" },
        { "initializer twice", "an initializer is named 'fc.weight'" },
        { "sparse initializer twice", "an initializer is named 'fc.weight'" },
        { "input without a name", "an input has no name" },
        { "initializer without a name", "an initializer has no name" },
        { "wrong order", "node 'act' (LeakyRelu) takes 'c', which a later node gives" },
        { "its own output", "node 'act' (LeakyRelu) takes 'r', which a later node gives" },
        { "unknown input", "node 'act' (LeakyRelu) takes 'nowhere', which nothing gives" },
        { "unknown output", "its output 'nowhere' is given by nothing" },
        { "output twice", "an output of the graph is named 'logits'" },
        { "no output", "no outputs" },
        { "attribute twice", "node 'act' (LeakyRelu) has attribute 'alpha' twice" },
        { "node without a name", "node 'r' (my.domain.LeakyRelu) takes 'nowhere'" },
    };

    [Theory]
    [MemberData(nameof(Disorders))]
    public void RequireOrder_GraphOutOfOrder_SaysWhatIsWrong(string what, string reason)
    {
        GraphProto graph = Model().Graph;
        NodeProto activation = graph.Node[2];
        Action change = what switch
        {
            "value twice" => () => activation.Output[0] = "c",
            "output named as an input" => () => activation.Output[0] = "image",
            "output named as an initializer" => () => activation.Output[0] = "fc.weight",
            "input twice" => () => graph.Input.Add(graph.Input[0]),
            "initializer twice" => () => graph.Initializer.Add(Raw("fc.weight", [1], 1)),
            "sparse initializer twice" => () => graph.SparseInitializer.Add(new SparseTensorProto { Values = Raw("fc.weight", [1], 1) }),
            "input without a name" => () => graph.Input.Add(new ValueInfoProto()),
            "initializer without a name" => () => graph.Initializer.Add(new TensorProto()),
            "wrong order" => () => (graph.Node[0], graph.Node[2]) = (graph.Node[2], graph.Node[0]),
            "its own output" => () => activation.Input[0] = "r",
            "unknown input" => () => activation.Input[0] = "nowhere",
            "unknown output" => () => graph.Output[0].Name = "nowhere",
            "output twice" => () => graph.Output.Add(graph.Output[0]),
            "no output" => graph.Output.Clear,
            "attribute twice" => () => activation.Attribute.Add(activation.Attribute[0]),
            _ => () => (activation.Name, activation.Domain, activation.Input[0]) = ("", "my.domain", "nowhere"),
        };
        change();

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => OnnxChecks.RequireOrder(graph)).Message);
    }

    [Theory]
    [InlineData(2, 17, "ir_version is 2; versions 3 to 13")]
    [InlineData(14, 17, "ir_version is 14")]
    [InlineData(long.MinValue, 17, "ir_version is")]
    [InlineData(8, 6, "opset is 6; versions 7 to 26")]
    [InlineData(8, 27, "opset is 27")]
    [InlineData(8, long.MaxValue, "opset is")]
    public void Opset_OfAnUnknownVersion_IsRefused(long format, long opset, string reason)
    {
        ModelProto model = Model();
        model.IrVersion = format;
        model.OpsetImport[0].Version = opset;

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => OnnxChecks.Opset(model)).Message);
    }

    [Fact]
    public void Opset_OfSeveralDomains_IsThatOfOnnxItself()
    {
        ModelProto model = Model();
        model.OpsetImport.Insert(0, new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 17 });

        Assert.Equal(17, OnnxChecks.Opset(model));
        Assert.Equal(["com.microsoft"], OnnxChecks.OtherDomains(model));

        model.OpsetImport[^1].Version = 18;
        Assert.Contains("twice, as 17 and 18", Assert.Throws<InvalidDataException>(() => OnnxChecks.Opset(model)).Message);

        model.OpsetImport.Clear();
        Assert.Contains("no opset", Assert.Throws<InvalidDataException>(() => OnnxChecks.Opset(model)).Message);
    }

    [Fact]
    public void BeyondAGraph_FunctionsGraphsAndSparseWeights_AreNamed()
    {
        ModelProto model = Model();
        model.Functions.Add(new FunctionProto { Name = "Gelu", Domain = "pkg" });
        model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = Raw("sparse", [1], 1) });
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "then_branch", G = new GraphProto() });
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "bodies", Type = AttributeType.Graphs });

        Assert.Equal(
            [
                "function 'Gelu' of domain 'pkg'",
                "sparse initializer 'sparse'",
                "a graph in attribute 'then_branch' of node 'conv' (Conv)",
                "a graph in attribute 'bodies' of node 'half' (Cast)",
            ],
            OnnxChecks.BeyondAGraph(model));
    }
}
