using System.Text.Json;
using Extending;
using TransferLearning.Exporting;
using TransferLearning.Formats.Onnx;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting;

public sealed class OnnxExporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public OnnxExporterTests() => _path = _folder.File("model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ExportOnnx_ByDefault_GivesTheModelsProbabilitiesOfPixelsInBatches()
    {
        using Predictor model = Model(new SoftmaxReading().WithTemperature(2));
        byte[] first = ToyImages.Encoded(0, new Random(1), side: 40), second = ToyImages.Encoded(1, new Random(2), side: 40);

        OnnxExportResult result = model.ExportOnnx(_path);

        using var run = new OnnxRun(_path);
        float[] found = run.Compute([.. Pixels(first), .. Pixels(second)], 2, 40, 40, 3)["probabilities"];
        AssertClose(model.Predict(first).Numbers, found[..3], 0.01);
        AssertClose(model.Predict(second).Numbers, found[3..], 0.01);
        Assert.Equal(_path, result.Path);
        Assert.False(result.Verified);
        Assert.Contains("not verified", result.ToString());
        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_ToAPathThatEndsInASeparator_WritesNothing()
    {
        using Predictor model = Model(new SoftmaxReading());

        var error = Assert.Throws<IOException>(() => model.ExportOnnx(_folder.File("new") + Path.DirectorySeparatorChar));

        Assert.Contains("names a folder", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_OfAModel_WritesWhatReadersNeedToKnow()
    {
        OutputReading reading = new SoftmaxReading().WithTemperature(2);
        using Predictor model = Model(((IThresholdReading)reading).WithThresholds([0.25, 0.5, 0.75]));

        model.ExportOnnx(_path, new OnnxExportOptions { IncludeFeatures = true });

        using var run = new OnnxRun(_path);
        Assert.Equal(["probabilities", "features"], run.Outputs);
        Assert.Equal(["class 0", "class 1", "class 2"], JsonSerializer.Deserialize<string[]>(run.Metadata["labels"])!);
        Assert.Equal([0.25, 0.5, 0.75], JsonSerializer.Deserialize<double[]>(run.Metadata["thresholds"])!);
        Assert.Equal(("2", "classification", "softmax"), (run.Metadata["temperature"], run.Metadata["task"], run.Metadata["reading"]));
        Assert.Equal(("images", "reading", "float32"), (run.Metadata["transferlearning.input"], run.Metadata["transferlearning.output"], run.Metadata["transferlearning.precision"]));
        Assert.Equal(model.Metadata.LibraryVersion, run.Metadata["transferlearning.version"]);
        ModelMetadata read = ModelSchema.Read(run.Metadata["transferlearning.model"], "model.onnx");
        Assert.Equal((model.Metadata.Preprocessing, model.Metadata.Reading), (read.Preprocessing, read.Reading));
        ModelProto proto = OnnxScene.Read(_path);
        Assert.Equal((nameof(TransferLearning), OnnxModelWriter.Opset), (proto.ProducerName, proto.OpsetImport.Single().Version));
        Assert.Superset(
            new HashSet<string>(model.Use(network => network.Network.named_parameters().Select(entry => entry.name).ToArray())),
            proto.Graph.Initializer.Select(weight => weight.Name).ToHashSet());
    }

    [Fact]
    public void ExportOnnx_OfLabelsOrValues_ReadsOutputsAsTheModel()
    {
        foreach (OutputReading reading in new OutputReading[] { new SigmoidReading(0.5).WithTemperature(3), new ValueReading([10, 20, 30], [1, 2, 3]), new ValueReading() })
        {
            using Predictor model = Model(reading);
            byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);

            model.ExportOnnx(_path);

            using var run = new OnnxRun(_path);
            (string name, float[] found) = run.Compute(Pixels(image), 1, 16, 16, 3).Single();
            Assert.Equal(reading is ITemperatureReading ? "probabilities" : "values", name);
            AssertClose(model.Predict(image).Numbers, found, 1e-4);
        }
    }

    [Fact]
    public void ExportOnnx_OfALayerWithoutMapping_IsRefusedByPathAndOperation_AndWrittenWithOne()
    {
        using Predictor model = Model(new SoftmaxReading(), activation: new SmoothRelu());
        byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);

        var refused = Assert.Throws<NotSupportedException>(() => model.ExportOnnx(_path));
        Assert.Contains("'activation' (SmoothRelu)", refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));

        model.ExportOnnx(_path, new OnnxExportOptions { Operators = SmoothReluInOnnx.Operators });

        using var run = new OnnxRun(_path);
        AssertClose(model.Predict(image).Numbers, run.Compute(Pixels(image), 1, 16, 16, 3)["probabilities"], 1e-4);
    }

    [Fact]
    public void ExportOnnx_OfAReadingWithoutMapping_IsRefused_ButForItsLogitsOrWithOne()
    {
        var reading = new OrdinalReading();
        using Predictor model = Model(reading, outputs: 2, classes: ["small", "medium", "large"]);
        byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);

        Assert.Contains("'ordinal'", Assert.Throws<NotSupportedException>(() => model.ExportOnnx(_path)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));

        model.ExportOnnx(_path, new OnnxExportOptions { Output = OnnxOutput.Logits, Verifier = new OnnxRuntimeVerifier(), VerificationImages = ToyImages.Source(1, seed: 1) });
        using (var run = new OnnxRun(_path))
            AssertClose(model.Predict(image).Numbers, [.. reading.Read(run.Compute(Pixels(image), 1, 16, 16, 3)["logits"], model.Classes).Numbers.Select(number => (float)number)], 1e-4);

        model.ExportOnnx(_path, new OnnxExportOptions { Readings = new Dictionary<string, OnnxReadingMapping> { ["ordinal"] = Ordinal } });
        using (var run = new OnnxRun(_path))
            AssertClose(model.Predict(image).Numbers, run.Compute(Pixels(image), 1, 16, 16, 3)["probabilities"], 1e-4);
    }

    [Fact]
    public void ExportOnnx_OfWhatHasNoFormInOnnx_IsRefusedByName()
    {
        using Predictor model = Model(new SoftmaxReading());
        model.TestTimeAugmentation = TestTimeAugmentation.TenCrops;
        Assert.Contains("'ten-crops'", Assert.Throws<NotSupportedException>(() => model.ExportOnnx(_path)).Message);

        using Predictor ensemble = Predictor.Ensemble([Model(new SoftmaxReading()), Model(new SoftmaxReading(), seed: 1)]);
        Assert.Contains("ensemble", Assert.Throws<NotSupportedException>(() => ensemble.ExportOnnx(_path)).Message);

        using Predictor between = OnnxScene.Model(new Backbone(new StagedSmallNetwork(), StagedSmallNetwork.Info));
        Assert.Contains("'conv2'", Assert.Throws<InvalidOperationException>(() => between.ExportOnnx(_path)).Message);

        using Predictor fixedSize = OnnxScene.Model(Network(nn.ReLU(), 3, 0, ImageSides.Exactly(16)));
        var options = new OnnxExportOptions { Input = OnnxInput.Tensor, DynamicSize = true };
        Assert.Contains("16 x 16", Assert.Throws<NotSupportedException>(() => fixedSize.ExportOnnx(_path, options)).Message);
        Assert.Throws<ArgumentException>(() => fixedSize.ExportOnnx(_path, new OnnxExportOptions { DynamicSize = true }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_OfATorchScript_IsRefused()
    {
        string script = _folder.File("net.pt");
        TorchScriptFile.Write(script, [.. Enumerable.Range(0, 216).Select(index => MathF.Sin(index) / 4)]);
        PretrainedBackbone pretrained = Pretrained.FromTorchScript(
            script, TorchScriptFile.Channels, new Preprocessing { ResizeTo = 16, CropTo = 16 }, allowCodeExecution: true);
        using Predictor model = OnnxScene.Model(BackboneLoader.Open(pretrained, outputCount: 3, seed: 1));

        Assert.Contains("'head'", Assert.Throws<InvalidOperationException>(() => model.ExportOnnx(_path)).Message);
        Assert.Equal([script], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_OfAWeightBehindAParametrization_WritesWhatIsComputedWith()
    {
        foreach (bool folded in new[] { false, true })
        {
            using Predictor model = Model(new SoftmaxReading());
            using Tensor like = zeros(8, 3, 3, 3);
            var update = new LowRankUpdate(like, rank: 2);
            FilledWeights.Fill(update);
            model.ChangeWeights(network => network.Network.modules().OfType<Convolution2d>().Single().Parametrization = update);
            byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);

            model.ExportOnnx(_path, new OnnxExportOptions { FoldBatchNorms = folded });

            using var run = new OnnxRun(_path);
            AssertClose(model.Predict(image).Numbers, run.Compute(Pixels(image), 1, 16, 16, 3)["probabilities"], 1e-4);
            Assert.DoesNotContain(OnnxScene.Read(_path).Graph.Initializer, weight => weight.Name.Contains("parametrization"));
        }
    }

    [Fact]
    public void ExportOnnx_InFloat16_HalvesTheWeightsAndRefusesThoseItCannotHold()
    {
        using Predictor model = Model(new SoftmaxReading());
        byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);
        OnnxExportOptions options = new() { Precision = OnnxPrecision.Float16, IncludeFeatures = true };

        OnnxExportResult result = model.ExportOnnx(_path, options);

        Assert.Contains(OnnxScene.Read(_path).Graph.Initializer, weight => weight.Name == "convolution.weight" && weight.DataType == (int)TensorProto.Types.DataType.Float16);
        Assert.DoesNotContain(OnnxScene.Read(_path).Graph.Node, node => node.OpType == "BatchNormalization");
        Assert.Contains("float16", result.ToString());
        using (var run = new OnnxRun(_path))
            AssertClose(model.Predict(image).Numbers, run.Compute(Pixels(image), 1, 16, 16, 3)["probabilities"], 0.01);

        File.Delete(_path);
        model.ChangeWeights(network => network.Network.get_parameter("convolution.weight")!.fill_(1e6f));
        Assert.Contains("'convolution.weight'", Assert.Throws<NotSupportedException>(() => model.ExportOnnx(_path, options)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void ExportOnnx_WithAVerifier_SaysHowTheFileCompares()
    {
        using Predictor model = Model(new SoftmaxReading());

        foreach (OnnxInput input in Enum.GetValues<OnnxInput>())
        {
            OnnxExportResult result = model.ExportOnnx(_path, Verified(new OnnxRuntimeVerifier()) with { Input = input, RequireVerification = true });

            Assert.True(result.Verified);
            Assert.Equal((9, 1.0), (result.Verification!.Images, result.Verification.LabelAgreement!.Value));
            Assert.InRange(result.Verification.LargestDifference, 0, 0.01);
            Assert.Contains("verified on 9 images", result.ToString());
            Assert.Equal([_path], Directory.GetFileSystemEntries(_folder.FullPath));
        }
    }

    [Fact]
    public void ExportOnnx_ThatIsNotVerified_FailsWhereVerificationIsRequired()
    {
        using Predictor model = Model(new SoftmaxReading());

        Assert.Contains("Verifier", Assert.Throws<ArgumentException>(() => model.ExportOnnx(_path, new OnnxExportOptions { RequireVerification = true })).Message);
        Assert.Contains("VerificationImages", Assert.Throws<ArgumentException>(
            () => model.ExportOnnx(_path, new OnnxExportOptions { RequireVerification = true, Verifier = new OnnxRuntimeVerifier() })).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Theory]
    [InlineData("other numbers", "up to")]
    [InlineData("NaN", "up to")]
    [InlineData("fewer numbers", "1 numbers")]
    [InlineData("fewer images", "outputs of 1 images")]
    [InlineData("nothing", "outputs of 0 images")]
    public void ExportOnnx_ThatDiffersFromTheModel_FailsAndKeepsTheFileBefore(string fault, string message)
    {
        using Predictor model = Model(new SoftmaxReading());
        File.WriteAllText(_path, "before");

        var failed = Assert.Throws<InvalidOperationException>(() => model.ExportOnnx(_path, Verified(new FaultyVerifier(fault))));

        Assert.Contains(message, failed.Message);
        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder.FullPath));
        Assert.Equal("before", File.ReadAllText(_path));
    }

    [Fact]
    public void ExportOnnx_WhereAFolderHasTheName_FailsAndLeavesNothing()
    {
        using Predictor model = Model(new SoftmaxReading());
        Directory.CreateDirectory(_path);

        Assert.ThrowsAny<IOException>(() => model.ExportOnnx(_path));
        Assert.ThrowsAny<IOException>(() => model.ExportOnnx(_path, Verified(new OnnxRuntimeVerifier())));

        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder.FullPath));
        Assert.Empty(Directory.GetFileSystemEntries(_path));
    }

    // Of three classes: what lies above the second bound lies above the first.
    private static string Ordinal(OnnxGraphBuilder graph, OutputReading reading, string outputs)
    {
        IReadOnlyList<string> above = graph.AddMany("Split", [graph.Add("Sigmoid", [outputs]), graph.Integers(1, 1)], 2, ("axis", 1L));
        string second = graph.Add("Min", above);
        return graph.Add("Concat", [graph.Add("Sub", [graph.Number(1), above[0]]), graph.Add("Sub", [above[0], second]), second], ("axis", 1L));
    }

    private static OnnxExportOptions Verified(IOnnxVerifier verifier) => new() { Verifier = verifier, VerificationImages = ToyImages.Source(each: 3, seed: 1) };

    private static Predictor Model(
        OutputReading reading, nn.Module<Tensor, Tensor>? activation = null, int outputs = 3, string[]? classes = null, int seed = 0)
    {
        Backbone network = Network(activation ?? nn.ReLU(), outputs, seed, ImageSides.Any);
        return OnnxScene.Model(network, reading, classes is null ? null : new ModelMetadata
        {
            Backbone = network.Info.Name,
            Classes = classes,
            Preprocessing = network.Info.Preprocessing,
            Reading = new ModelPart(reading.Identifier, reading.Settings),
        });
    }

    private static Backbone Network(nn.Module<Tensor, Tensor> activation, int outputs, int seed, ImageSides sides) =>
        new(ModuleNetwork.Filled(activation, outputs, seed), ModuleNetwork.Info with { Sides = sides });

    private static byte[] Pixels(byte[] encoded) =>
        new ImageReader(new SkiaImageDecoder()).Read(encoded, "image").Pixels.ToArray();

    private static void AssertClose(IEnumerable<double> expected, float[] found, double tolerance)
    {
        double[] all = [.. expected];
        Assert.Equal(all.Length, found.Length);
        Assert.All(all.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    /// <summary>Gives what no runtime would.</summary>
    private sealed class FaultyVerifier(string fault) : IOnnxVerifier
    {
        public IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images)
        {
            if (fault == "nothing")
                yield break;
            foreach (float[] numbers in new OnnxRuntimeVerifier().Run(path, images))
            {
                yield return fault switch
                {
                    "other numbers" => [numbers[0] + 0.5f, .. numbers[1..]],
                    "NaN" => [float.NaN, .. numbers[1..]],
                    "fewer numbers" => numbers[..1],
                    _ => numbers,
                };
                if (fault == "fewer images")
                    yield break;
            }
        }
    }
}
