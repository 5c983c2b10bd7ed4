using TransferLearning.Data;
using TransferLearning.Exporting;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Inference;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Predictions;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.Exporting;

/// <summary>Files in int8, and what ONNX Runtime makes of them.</summary>
public sealed class OnnxInt8Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public OnnxInt8Tests()
    {
        set_num_threads(1);
        _path = _folder.File("model.onnx");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resnet18", 20, 8)]
    [InlineData("mobilenet_v2", 52, 10)]
    [InlineData("squeezenet1_1", 25, 0)]
    [InlineData("mnasnet0_5", 52, 10)]
    public void ExportOnnx_InInt8_IsFusedByOnnxRuntimeWhole(string name, int convolutions, int additions)
    {
        (OnnxQuantizationReport report, double error) = OnnxScene.Quantize(name, 64, _path);

        Dictionary<string, int> operators = OnnxInt8Run.Operators(_path);
        Assert.Equal((convolutions, additions), (operators["QLinearConv"], operators.GetValueOrDefault("QLinearAdd")));
        Assert.InRange(operators.GetValueOrDefault("Conv"), 0, 1);      // a head that is a convolution
        Assert.InRange(operators["DequantizeLinear"], 1, 2);
        Assert.False(operators.ContainsKey("Relu") || operators.ContainsKey("Clip"));
        Assert.InRange(error, 0, 0.01 + 1.3 * report.OutputError);
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("googlenet")]
    [InlineData("densenet121")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("efficientnet_b0")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("convnext_tiny")]
    [InlineData("vit_ti_16")]
    [InlineData("swin_t")]
    public void ExportOnnx_InInt8_GivesWhatItsSimulationGives(string name)
    {
        (OnnxQuantizationReport report, double error) = OnnxScene.Quantize(name, 64, _path);

        Assert.InRange(report.Layers, 4, 200);
        Assert.InRange(report.OutputError, 0.0005, 0.5);
        Assert.InRange(error, 0, 0.02 + 1.5 * report.OutputError);
    }

    [Fact]
    public void FromOnnx_OfAFileInInt8_IsRefusedByTheFirstNodeThatQuantizes()
    {
        OnnxScene.Quantize("resnet18", 64, _path);

        OnnxFormatException refused = Assert.Throws<OnnxFormatException>(() => Pretrained.FromOnnx(_path));

        Assert.Contains("(QuantizeLinear)", refused.Message);
    }

    [Fact]
    public void ExportOnnx_InInt8_HasOneScaleAcrossWhatChangesNoValue()
    {
        OnnxScene.Quantize("squeezenet1_1", 64, _path);

        GraphProto graph = OnnxScene.Read(_path).Graph;
        Dictionary<string, NodeProto> makers = graph.Node.SelectMany(node => node.Output, (node, output) => (node, output)).ToDictionary(entry => entry.output, entry => entry.node);
        NodeProto[] same = [.. graph.Node.Where(node => node.OpType is "Concat" or "MaxPool").SkipLast(1)];     // the head, which takes the last one, is in float
        Assert.Equal((7, 3), (same.Count(node => node.OpType == "Concat"), same.Count(node => node.OpType == "MaxPool")));
        foreach (NodeProto node in same)
        {
            NodeProto after = graph.Node.Single(other => other.Input.Contains(node.Output[0]));
            Assert.Equal("QuantizeLinear", after.OpType);
            Assert.All(node.Input, input => Assert.Equal(("DequantizeLinear", after.Input[1], after.Input[2]), (makers[input].OpType, makers[input].Input[1], makers[input].Input[2])));
        }
    }

    [Fact]
    public void ExportOnnx_InInt8_StoresWeightsPerChannelAndBiasesAtTheProductOfScales()
    {
        using Predictor model = Model();

        OnnxExportResult result = model.ExportOnnx(_path, Options());

        Dictionary<string, TensorProto> stored = OnnxScene.Read(_path).Graph.Initializer.ToDictionary(weight => weight.Name);
        Assert.Equal(((int)DataType.Int8, (int)DataType.Int32), (stored["convolution.weight"].DataType, stored["convolution.bias"].DataType));
        Assert.Equal((int)DataType.Float, stored["head.weight"].DataType);
        NodeProto[] reads = [.. OnnxScene.Read(_path).Graph.Node.Where(node => node.OpType == "DequantizeLinear" && node.Input[0].StartsWith("convolution."))];
        float[][] scales = [.. reads.Select(read => Floats(stored[read.Input[1]]))];
        Assert.All(scales, scale => Assert.Equal(8, scale.Length));
        string first = OnnxScene.Read(_path).Graph.Node.First(node => node.OpType == "QuantizeLinear").Input[1];
        Assert.Equal(scales[0].Select(scale => scale * Floats(stored[first])[0]), scales[1]);
        Assert.Equal((1, 9), (result.Quantization!.Layers, result.Quantization.Images));
        Assert.Contains("1 layers in int8 by 9 images", result.ToString());
    }

    [Fact]
    public void ExportOnnx_InInt8WithTheHead_QuantizesIt()
    {
        using Predictor model = Model();

        model.ExportOnnx(_path, Options() with { Quantization = new OnnxQuantization { QuantizeHead = true } });

        Assert.Equal((int)DataType.Int8, OnnxScene.Read(_path).Graph.Initializer.Single(weight => weight.Name == "head.weight").DataType);
        Assert.Equal(1, OnnxInt8Run.Operators(_path)["QGemm"]);
    }

    [Fact]
    public void ExportOnnx_InInt8ByAReducedRange_StoresNoWeightBeyondSevenBits()
    {
        using Predictor model = Model();

        model.ExportOnnx(_path, Options() with { Quantization = new OnnxQuantization { ReducedRange = true } });

        sbyte[] weights = (sbyte[])(Array)OnnxScene.Read(_path).Graph.Initializer.Single(weight => weight.Name == "convolution.weight").RawData.ToByteArray();
        Assert.Equal((-63, 63), (weights.Min(weight => Math.Min(weight, (sbyte)-63)), weights.Max(weight => (int)weight)));
    }

    [Fact]
    public void ExportOnnx_InInt8BeyondTheErrorBound_LeavesTheWorstLayersInFloat_AlsoInOnnxRuntime()
    {
        (OnnxQuantizationReport all, double _) = OnnxScene.Quantize("resnet18", 64, _path);

        (OnnxQuantizationReport report, double error) = OnnxScene.Quantize("resnet18", 64, _path, new OnnxQuantization { LargestError = 1e-6, MostFloatLayers = 2 });

        Assert.Equal((all.Layers - 2, 2), (report.Layers, report.FloatLayers.Count));
        Assert.True(report.OutputError < all.OutputError);
        Assert.InRange(error, 0, 0.01 + 1.3 * report.OutputError);
        Dictionary<string, TensorProto> stored = OnnxScene.Read(_path).Graph.Initializer.ToDictionary(weight => weight.Name);
        Assert.All(report.FloatLayers, layer => Assert.Equal((int)DataType.Float, stored[$"{layer}.weight"].DataType));
        Dictionary<string, int> operators = OnnxInt8Run.Operators(_path);
        Assert.Equal((18, 2), (operators["QLinearConv"], operators.Where(count => count.Key.EndsWith("Conv") && count.Key != "QLinearConv").Sum(count => count.Value)));
        Assert.Contains($"in float: {report.FloatLayers[0]}, {report.FloatLayers[1]}", report.ToString());
    }

    [Fact]
    public void ExportOnnx_InInt8Twice_WritesTheSameBytes()
    {
        using Predictor model = Model();

        model.ExportOnnx(_path, Options());
        byte[] first = File.ReadAllBytes(_path);
        model.ExportOnnx(_path, Options());

        Assert.Equal(first, File.ReadAllBytes(_path));
    }

    [Fact]
    public void ExportOnnx_InInt8_LeavesTheModelAsItWas()
    {
        using Predictor model = Model();
        byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);
        double[] before = [.. model.Predict(image).Numbers];
        long tensors = Tensors();

        model.ExportOnnx(_path, Options() with { Quantization = new OnnxQuantization { LargestError = 1e-9 } });

        Assert.Equal(before, model.Predict(image).Numbers);
        Assert.Equal(tensors, Tensors());
        Assert.Equal(0, model.Use(network => network.Network.modules().OfType<Convolution2d>().Count(layer => layer.IsWatched)));
    }

    [Fact]
    public void ExportOnnx_InInt8WithoutImages_IsRefused()
    {
        using Predictor model = Model();

        Assert.Contains("CalibrationImages is null", Assert.Throws<ArgumentException>(() => model.ExportOnnx(_path, new OnnxExportOptions { Precision = OnnxPrecision.Int8 })).Message);
        Assert.Contains("has no images", Assert.Throws<ArgumentException>(() => model.ExportOnnx(_path, Options() with { CalibrationImages = new Empty() })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxQuantization { Percentile = 100.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxQuantization { ImageCount = 0 });
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_InInt8OfNumbersThatAreNotFinite_IsRefusedByLayer()
    {
        using Predictor model = Model();
        model.ChangeWeights(network => network.Network.get_parameter("convolution.weight")!.fill_(float.MaxValue));

        var refused = Assert.Throws<InvalidOperationException>(() => model.ExportOnnx(_path, Options()));

        Assert.Contains("'convolution' (Convolution)", refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_InInt8WithAMappingOfOnesOwn_ComputesItInFloat()
    {
        using Predictor model = Model();
        var own = new Dictionary<string, OnnxOperatorMapping> { ["Convolution"] = (graph, node, inputs) => OnnxOperators.BuiltIn["Convolution"](graph, node, inputs) };

        OnnxExportResult result = model.ExportOnnx(_path, Options() with { Operators = own });

        Assert.Equal(0, result.Quantization!.Layers);
        Assert.DoesNotContain(OnnxScene.Read(_path).Graph.Node, node => node.OpType == "QuantizeLinear");
    }

    [Theory]
    [InlineData("BatchNormalization")]
    [InlineData("Identity")]
    [InlineData("Relu")]
    public void ExportOnnx_InInt8WithAMappingOfAnotherOperation_QuantizesWhatIsLeft(string operation)
    {
        using Predictor model = Model();
        var own = new Dictionary<string, OnnxOperatorMapping> { [operation] = (graph, node, inputs) => OnnxOperators.BuiltIn[operation](graph, node, inputs) };

        OnnxExportResult result = model.ExportOnnx(
            _path, Options() with { Operators = own, Verifier = new OnnxRuntimeVerifier(), VerificationImages = ToyImages.Source(each: 3, seed: 1) });

        Assert.Equal(1, result.Quantization!.Layers);
        Assert.InRange(result.Verification!.LargestDifference, 0, 0.02);
    }

    [Fact]
    public void ExportOnnx_InInt8ThatNamesOtherClasses_FailsBelowTheAgreementAsked()
    {
        using Predictor model = Model();
        OnnxExportOptions options = Options() with { Verifier = new Reversing(), VerificationImages = ToyImages.Source(each: 3, seed: 1) };

        var failed = Assert.Throws<InvalidOperationException>(() => model.ExportOnnx(_path, options));
        OnnxExportResult kept = model.ExportOnnx(_path, options with { Precision = OnnxPrecision.Float16, LargestDifference = 1 });

        Assert.Contains("where 95 % must", failed.Message);
        Assert.Equal(0, kept.Verification!.LabelAgreement);
        Assert.Throws<InvalidOperationException>(
            () => model.ExportOnnx(_path, options with { Precision = OnnxPrecision.Float16, LargestDifference = 1, LeastLabelAgreement = 0.01 }));
    }

    [Fact]
    public void CompareOnnxPrecisions_OfAModel_IsATableOfAllOfThem()
    {
        using Predictor model = Model(ToyImages.Classes);
        string folder = _folder.File("files");
        OnnxExportOptions options = Options() with { Verifier = new OnnxRuntimeVerifier(), VerificationImages = ToyImages.Source(each: 4, seed: 2), LargestDifference = 1e-9 };

        OnnxPrecisionTable table = model.CompareOnnxPrecisions(folder, options);

        Assert.Equal([OnnxPrecision.Float32, OnnxPrecision.Float16, OnnxPrecision.Int8], table.Rows.Select(row => row.Precision));
        Assert.Equal(["float16.onnx", "float32.onnx", "int8.onnx"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.All(table.Rows, row => Assert.InRange(row.Verification!.LabelAgreement!.Value, 0.9, 1));
        Evaluation evaluation = model.Evaluate(options.VerificationImages);
        Assert.Equal(evaluation.Accuracy, table.Rows[0].Verification!.Accuracy!.Value, 1e-9);
        string[] lines = table.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Single(lines.Select(line => line.Length).Distinct());
        Assert.Contains($"({table.Rows[2].Verification!.AccuracyInterval})", lines[3]);
    }

    [Fact]
    public void CompareOnnxPrecisions_WithoutImagesOrVerifier_LeavesOutOrRefuses()
    {
        using Predictor model = Model();
        OnnxExportOptions options = new() { Verifier = new OnnxRuntimeVerifier(), VerificationImages = ToyImages.Source(each: 1, seed: 2) };

        OnnxPrecisionTable table = model.CompareOnnxPrecisions(_folder.File("files"), options);

        Assert.Equal([OnnxPrecision.Float32, OnnxPrecision.Float16], table.Rows.Select(row => row.Precision));
        Assert.All(table.Rows, row => Assert.Null(row.Verification!.Accuracy));     // the classes have other names
        Assert.Contains("Verifier", Assert.Throws<ArgumentException>(() => model.CompareOnnxPrecisions(_folder.File("files"), options with { Verifier = null })).Message);
    }

    [Fact]
    public void ExportOnnx_InInt8WithDynamicSize_TakesOtherSizes()
    {
        using Predictor model = Model();

        model.ExportOnnx(_path, Options() with { DynamicSize = true, Output = OnnxOutput.Logits });

        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor images = FilledWeights.Input(24);
        float[] expected = model.Use(network => OnnxScene.Values(network.Forward(images)));
        using var run = new OnnxRun(_path);
        Assert.InRange(OnnxScene.Difference(expected, run.Compute(OnnxScene.Values(images), 1, 3, 24, 24)["logits"]), 0, 0.1);
    }

    [SkippableFact]
    public void ExportOnnx_OfTheRealMobileNetV2InInt8_KeepsItsFirstClassOfPhotographs()
    {
        string weights = ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth");
        DatasetSplit photographs = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data")).SplitByFolder("train", "val");
        using Predictor model = OnnxScene.Model(TransferLearning.Published.BackboneLoader.Open(Pretrained.MobileNetV2().WithWeights(weights), outputCount: null, seed: 0));

        OnnxExportResult result = model.ExportOnnx(_path, Options() with
        {
            CalibrationImages = photographs.Training,
            Quantization = new OnnxQuantization { ImageCount = 32 },
            Verifier = new OnnxRuntimeVerifier(),
            VerificationImages = new EachFifth(photographs.Validation),
        });

        Assert.InRange(result.Verification!.LabelAgreement!.Value, 0.95, 1);
        Assert.InRange(result.WeightBytes, 2_000_000, 8_000_000);
        Assert.InRange(result.Quantization!.OutputError, 0.01, 0.12);
    }

    private static OnnxExportOptions Options() => new()
    {
        Input = OnnxInput.Tensor,
        Precision = OnnxPrecision.Int8,
        CalibrationImages = ToyImages.Source(each: 3, seed: 1),
    };

    private static Predictor Model(IReadOnlyList<string>? classes = null)
    {
        var network = new Backbone(ModuleNetwork.Filled(nn.ReLU()), ModuleNetwork.Info);
        return OnnxScene.Model(network, new SoftmaxReading(), classes is null ? null : new TransferLearning.Models.ModelMetadata
        {
            Backbone = network.Info.Name,
            Classes = classes,
            Preprocessing = network.Info.Preprocessing,
            Reading = new TransferLearning.Models.ModelPart("softmax", new SoftmaxReading().Settings),
        });
    }

    private static long Tensors() => TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static float[] Floats(TensorProto tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    private sealed class Empty : IDatasetSource
    {
        public IReadOnlyList<string> Classes => ToyImages.Classes;

        public IReadOnlyList<Sample> Samples => [];

        public ReadOnlyMemory<byte> Load(int index) => throw new NotSupportedException();
    }

    private sealed class EachFifth(IDatasetSource source) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples { get; } = [.. source.Samples.Where((_, index) => index % 5 == 0)];

        public ReadOnlyMemory<byte> Load(int index) => source.Load(5 * index);
    }

    /// <summary>Gives the probabilities in another order.</summary>
    private sealed class Reversing : IOnnxVerifier
    {
        public IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images) =>
            new OnnxRuntimeVerifier().Run(path, images).Select(numbers => numbers.Select(number => 1 - number).ToArray());
    }
}
