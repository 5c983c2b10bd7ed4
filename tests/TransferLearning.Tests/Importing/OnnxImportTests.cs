using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Importing;

/// <summary>How graphs become networks: head, stages, parameters, sizes, refusals, and the way through a model file.</summary>
public sealed class OnnxImportTests
{
    private static readonly OnnxImportOptions _small = new() { Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 } };

    [Fact]
    public void Head_OfAClassifier_IsItsLastLinearLayerWithoutTheSoftmax()
    {
        byte[] model = Classifier(out _);
        using var oracle = new OnnxOracle(model);
        using Backbone backbone = ImportedGraph.Open(model);

        Assert.Equal(5, backbone.OutputCount);
        Assert.Equal(8, backbone.Info.FeatureSize);
        Assert.Equal("head.Gemm_7", backbone.Info.Head);
        float[] values = ImportedGraph.Draw(1, 3, 16, 16);
        float[] logits = ImportedGraph.Logits(backbone, values, 1, 3, 16, 16);
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        Assert.Equal(oracle.Run(values, 1, 3, 16, 16), exponentials.Select(one => (float)(one / exponentials.Sum())), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void Stages_EndWhereMapsOfASizeEnd_AndAreNamedAfterTheNode()
    {
        using Backbone backbone = ImportedGraph.Open(Classifier(out _));

        Assert.Equal(["Relu_2", "GlobalAveragePool_5", "head"], backbone.Info.Stages.Select(stage => stage.Name));
        Assert.True(backbone.CanBeEnteredHalfWay);
        Assert.Equal(ImageSides.Any, backbone.Info.Sides);
    }

    [Fact]
    public void BatchNorm_BehindAConvolution_IsTrainableAndFoldedWhileWeightsAreHeld()
    {
        using Backbone backbone = ImportedGraph.Open(Classifier(out _));
        BatchNormalization norm = Assert.Single(backbone.Network.modules().OfType<BatchNormalization>());
        float[] values = ImportedGraph.Draw(1, 3, 16, 16);

        float[] unfolded = ImportedGraph.Logits(backbone, values, 1, 3, 16, 16);
        using IDisposable held = backbone.Hold(WeightsHeld.All);
        float[] folded = ImportedGraph.Logits(backbone, values, 1, 3, 16, 16);

        Assert.True(norm.weight!.requires_grad);
        Assert.Equal(1, backbone.Network.modules().OfType<Convolution2d>().Count(convolution => convolution.Folding is not null));
        Assert.InRange(ImportedGraph.Difference(unfolded, folded), 0, 1e-6);
    }

    [Fact]
    public void ClassToken_ExpandedForEachImage_IsAParameterAndStretches()
    {
        var graph = new DrawnGraph(13, 0, 3, 16, 16);
        string patches = graph.Node("Conv", ["x", graph.Weight([6, 3, 8, 8])], ("strides", new long[] { 8, 8 }));
        string count = graph.Node("Gather", [graph.Node("Shape", [patches]), graph.Integers(0)]);
        string flat = graph.Node("Reshape", [patches, graph.Node("Concat", [count, graph.Integers(6), graph.Integers(-1)], ("axis", 0L))]);
        string tokens = graph.Node("Transpose", [flat], ("perm", new long[] { 0, 2, 1 }));
        string token = graph.Node("Expand", [graph.Weight([1, 1, 6]), graph.Node("Concat", [count, graph.Integers(1, 1)], ("axis", 0L))]);
        string joined = graph.Node("Add", [graph.Node("Concat", [token, tokens], ("axis", 1L)), graph.Weight([1, 5, 6])]);
        string first = graph.Node("Gather", [joined, graph.Integer(0)], ("axis", 1L));

        ImportedGraph.RequireSame(graph, first, 3, 16, 16);
        using Backbone backbone = ImportedGraph.Open(graph.Bytes(first), _small);
        Assert.Equal(3, backbone.Network.named_parameters().Count(entry => !backbone.Info.IsHead(entry.name)));
        Assert.Equal(ImageSides.Exactly(16), backbone.Info.Sides);
    }

    [Fact]
    public void ReshapeForOneImage_OfAFileWithAFixedBatch_TakesAnyNumber()
    {
        var graph = new DrawnGraph(7, 1, 3, 8, 8);
        string mixed = graph.Node("Conv", ["x", graph.Weight([4, 3, 3, 3])]);
        byte[] model = graph.Bytes(graph.Node("Reshape", [mixed, graph.Integers(1, 144)]));
        using var oracle = new OnnxOracle(model);
        using Backbone backbone = ImportedGraph.Open(model);
        float[] values = ImportedGraph.Draw(2, 3, 8, 8);

        float[] both = ImportedGraph.Features(backbone, values, 2, 3, 8, 8);

        Assert.InRange(ImportedGraph.Difference(oracle.Run(values[192..], 1, 3, 8, 8), both[144..]), 0, 1e-6);
    }

    [Fact]
    public void ChannelsLast_OfTensorFlow_TakesImagesInTheLibrarysOrder()
    {
        var graph = new DrawnGraph(13, 0, 8, 8, 3);
        string planes = graph.Node("Transpose", ["x"], ("perm", new long[] { 0, 3, 1, 2 }));
        byte[] model = graph.Bytes(graph.Node("Flatten", [graph.Mixed(planes, 3, 4)]));
        using var oracle = new OnnxOracle(model);
        using Backbone backbone = ImportedGraph.Open(model);
        float[] values = ImportedGraph.Draw(1, 3, 8, 8);
        float[] last = [.. Enumerable.Range(0, 192).Select(index => values[index % 3 * 64 + index / 3])];

        Assert.InRange(ImportedGraph.Difference(oracle.Run(last, 1, 8, 8, 3), ImportedGraph.Features(backbone, values, 1, 3, 8, 8)), 0, 1e-6);
    }

    [Fact]
    public void HalfPrecisionWeights_AreWidened()
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        string weight = graph.Node("Cast", [graph.Halves([.. ImportedGraph.Draw(4, 3, 1, 1)], 4, 3, 1, 1)], ("to", 1L));
        string mixed = graph.Node("Conv", ["x", weight]);

        ImportedGraph.RequireSame(graph, mixed, 3, 8, 8);
    }

    [Fact]
    public void NormalizationInTheGraph_IsNoParameter()
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        string centered = graph.Node("Div", [graph.Node("Sub", ["x", graph.Weight([1, 3, 1, 1])]), graph.Weight([1, 3, 1, 1], 0.1f, 1)]);
        string scaled = graph.Node("Mul", [graph.Mixed(centered, 3, 4), graph.Weight([4, 1, 1])]);

        ImportedGraph.RequireSame(graph, scaled, 3, 8, 8);
        using Backbone backbone = ImportedGraph.Open(graph.Proto.Graph.Output[0].Name is var output ? graph.Bytes(output) : []);
        Assert.Equal(3, backbone.Network.named_parameters().Count(entry => !backbone.Info.IsHead(entry.name)));
        Assert.Equal(2, backbone.Network.named_buffers().Count());
    }

    [Fact]
    public void UnknownOperator_IsRefusedByNodeAndName()
    {
        var graph = new DrawnGraph(13, 0, 3, 8, 8);
        byte[] model = graph.Bytes(graph.Node("Flatten", [graph.Node("NonMaxSuppression", [graph.Mixed("x", 3, 4)])]));

        OnnxFormatException refused = Assert.Throws<OnnxFormatException>(() => ImportedGraph.Open(model));

        Assert.Contains("node 'NonMaxSuppression_1' (NonMaxSuppression)", refused.Message);
    }

    [Fact]
    public void NonFiniteWeight_IsRefused_AndAnInfiniteConstantIsNot()
    {
        var broken = new DrawnGraph(13, 0, 3, 8, 8);
        byte[] model = broken.Bytes(broken.Node("Flatten", [broken.Node("Conv", ["x", broken.Floats([1, 1, float.NaN], 1, 3, 1, 1)])]));
        var masked = new DrawnGraph(13, 0, 3, 8, 8);
        string most = masked.Node("Max", [masked.Mixed("x", 3, 4), masked.Floats([float.NegativeInfinity])]);

        Assert.Contains("NaN or infinite", Assert.Throws<OnnxFormatException>(() => ImportedGraph.Open(model)).Message);
        ImportedGraph.RequireSame(masked, most, 3, 8, 8);
    }

    [Fact]
    public void TrainedImport_SavesAndLoadsWithoutTheFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("drawn.onnx"), saved = folder.File("drawn.tlmodel");
        File.WriteAllBytes(path, Classifier(out _));
        using TrainingResult result = Trainer.FineTune(Pretrained.FromOnnx(path, _small)).On(ToyImages.Split()).For(epochs: 1, batchSize: 4).Build().Fit();
        byte[] image = ToyImages.Encoded(1, new Random(7));
        result.Model.Save(saved);
        File.Delete(path);

        using Predictor loaded = Predictor.Load(saved);

        Assert.Equal(result.Model.Predict(image).Probabilities, loaded.Predict(image).Probabilities);
        loaded.Save(saved);
        using Predictor again = Predictor.Load(saved);
        Assert.Equal(loaded.Predict(image).Probabilities, again.Predict(image).Probabilities);
    }

    [Fact]
    public void BrainFloat_IsComputedByAllLayers()
    {
        using Backbone backbone = ImportedGraph.Open(Classifier(out _));
        float[] values = ImportedGraph.Draw(2, 3, 16, 16);
        float[] exact = ImportedGraph.Logits(backbone, values, 2, 3, 16, 16);

        backbone.ComputeIn(ComputePrecision.BFloat16);

        Assert.InRange(ImportedGraph.Difference(exact, ImportedGraph.Logits(backbone, values, 2, 3, 16, 16)), 0, 0.03);
    }

    internal static byte[] Classifier(out DrawnGraph graph)
    {
        graph = new DrawnGraph(13, 0, 3, 16, 16);
        DrawnGraph g = graph;
        string wide = g.Node("Conv", ["x", g.Weight([6, 3, 3, 3])], ("pads", new long[] { 1, 1, 1, 1 }));
        string norm = g.Node("BatchNormalization", [wide, g.Weight([6], 0.2f, 1), g.Weight([6]), g.Weight([6]), g.Weight([6], 0.3f, 1)]);
        string active = g.Node("Relu", [norm]);
        string half = g.Node("Relu", [g.Node("Conv", [active, g.Weight([8, 6, 3, 3]), g.Weight([8])], ("strides", new long[] { 2, 2 }))]);
        string features = g.Node("Flatten", [g.Node("GlobalAveragePool", [half])]);
        string logits = g.Node("Gemm", [features, g.Weight([5, 8]), g.Weight([5])], ("transB", 1L));
        return g.Bytes(g.Node("Softmax", [logits], ("axis", 1L)));
    }
}
