using TransferLearning.Exporting;
using TransferLearning.Formats.Onnx;
using TransferLearning.Models;
using TransferLearning.Tests.Importing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.OnnxRuntime;

public sealed class OnnxRuntimeVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OfAFileThatFails_NamesTheFile()
    {
        string path = _folder.File("model.onnx");
        var graph = new DrawnGraph(17, 0, 3, 2, 2);
        File.WriteAllBytes(path, graph.Bytes(graph.Node("Reshape", ["x", graph.Integers(-1, 7)]), 0, 7));

        var failure = Assert.Throws<ModelFileException>(() => Run(path));

        Assert.Contains($"'{path}' cannot be run by ONNX Runtime", failure.Message);
    }

    [Fact]
    public void Run_OfAFileOfTwoInputs_NamesThem()
    {
        string path = _folder.File("model.onnx");
        var graph = new DrawnGraph(17, 0, 3, 2, 2);
        graph.Proto.Graph.Input.Add(new ValueInfoProto(graph.Proto.Graph.Input[0]) { Name = "y" });
        File.WriteAllBytes(path, graph.Bytes(graph.Node("Add", ["x", "y"]), 0, 3, 2, 2));

        Assert.Contains("has 2 inputs (x, y); one is expected", Assert.Throws<ModelFileException>(() => Run(path)).Message);
    }

    private static float[][] Run(string path) =>
        [.. new OnnxRuntimeVerifier(session => session.IntraOpNumThreads = 1).Run(path, [new OnnxImage { Shape = [1, 3, 2, 2], Values = new float[12] }])];
}
