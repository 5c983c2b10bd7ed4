using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;

namespace TransferLearning.Tests.Importing;

/// <summary>Graphs that nobody should have written: a clear exception or a network, within bounds of memory and time.</summary>
public sealed class HostileGraphTests
{
    [Fact]
    public void Mutations_OfAGraph_AreRefusedOrComputed()
    {
        byte[] model = OnnxImportTests.Classifier(out _);
        var random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = [.. model];
            for (int count = random.Next(1, 4); count > 0; count--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                using Backbone backbone = ImportedGraph.Open(damaged);
                ImportedGraph.Logits(backbone, ImportedGraph.Draw(1, 3, 16, 16), 1, 3, 16, 16);
            }
            catch (Exception refusal) when (refusal is OnnxFormatException or ArgumentException or InvalidOperationException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 399);
    }

    [Fact]
    public void Mutations_OfADescription_AreRefusedOrBuilt()
    {
        using Backbone backbone = ImportedGraph.Open(OnnxImportTests.Classifier(out _));
        string settings = backbone.Info.Description!.Settings.GetRawText();
        var format = new OnnxNetworkFormat();
        var random = new Random(19);
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            char[] damaged = settings.ToCharArray();
            damaged[random.Next(10, damaged.Length - 30)] = "ABCabc019+/"[random.Next(11)];
            using var document = System.Text.Json.JsonDocument.Parse(new string(damaged));
            try
            {
                NativeDispose(format.Open("damaged", new NetworkDescription("onnx", document.RootElement), mostValues: 700).Build());
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 399);

        static void NativeDispose(TorchSharp.torch.nn.Module network) => network.Dispose();
    }

    [Fact]
    public void Description_OfMoreThanTheFilesWeights_IsRefusedBeforeItIsBuilt()
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        byte[] model = graph.Bytes(graph.Node("Flatten", [graph.Node("Conv", ["x", graph.Weight([2000, 3, 60, 60])], ("pads", new long[] { 30, 30, 30, 30 }))]));
        using Backbone backbone = ImportedGraph.Open(model);
        PretrainedBackbone described = new OnnxNetworkFormat().Open("large", backbone.Info.Description!, mostValues: 1000);

        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => described.Build()).Message);
    }

    [Theory]
    [InlineData("Expand")]
    [InlineData("Pad")]
    [InlineData("ConstantOfShape")]
    public void SizesBeyondMemory_AreRefusedBeforeTheyAreComputed(string operation)
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        string mixed = graph.Mixed("x", 3, 4);
        string large = operation switch
        {
            "Expand" => graph.Node("Expand", [mixed, graph.Integers(1, 1, 1_000_000_000, 8, 8)]),
            "Pad" => graph.Node("Pad", [mixed, graph.Integers(0, 1_000_000_000, 0, 0, 0, 0, 0, 0)]),
            _ => graph.Node("Add", [mixed, graph.Node("ConstantOfShape", [graph.Integers(100_000, 1, 100_000)])]),
        };

        Assert.Contains($"'{operation}_1'", Assert.Throws<OnnxFormatException>(() => ImportedGraph.Open(graph.Bytes(graph.Node("Flatten", [large])))).Message);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(500)]
    public void ChainsOfConstants_ThatDoubleAtEachStep_TakeNoTime(int side)
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        string doubled = graph.Weight([4, side, side]);
        for (int step = 0; step < 100; step++)
            doubled = graph.Node("Max", [doubled, doubled]);
        string picked = graph.Node("ReduceMax", [doubled], ("axes", new long[] { 1, 2 }));
        byte[] model = graph.Bytes(graph.Node("Flatten", [graph.Node("Add", [graph.Mixed("x", 3, 4), picked])]));

        Action open = () => ImportedGraph.Open(model).Dispose();

        if (side == 16)
            open();
        else
            Assert.Contains("more than", Assert.Throws<OnnxFormatException>(open).Message);
    }
}
