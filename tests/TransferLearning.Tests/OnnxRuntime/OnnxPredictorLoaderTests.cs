using Google.Protobuf;
using TransferLearning.Formats.Onnx;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Importing;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TransferLearning.Tests.OnnxRuntime.OnnxFiles;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.OnnxRuntime;

/// <summary>Files of other exporters, and files that are wrong.</summary>
public sealed class OnnxPredictorLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public OnnxPredictorLoaderTests() => _path = _folder.File("model.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0L, 3L, 16L, 16L)]
    [InlineData(1L, 3L, 16L, 16L)]      // one image at a time
    [InlineData(0L, 16L, 16L, 3L)]      // channels last
    [InlineData(0L, 0L, 0L, 3L)]        // channels last, of any size
    public void Load_OfAnotherExportersFile_PredictsByTheMetadataOfTheOptions(params long[] input)
    {
        File.WriteAllBytes(_path, Means(input));
        OnnxPredictorOptions options = OneThread with { Metadata = Metadata() };

        Assert.Contains("'transferlearning.model'", Assert.Throws<ModelFileException>(() => OnnxPredictor.Load(_path)).Message);
        using OnnxPredictor served = OnnxPredictor.Load(_path, options);

        byte[][] images = [.. Enumerable.Range(0, 6).Select(index => ToyImages.Encoded(index % 3, new Random(index), side: 16))];
        Prediction[] predictions = [.. served.PredictMany(Source(images), batchSize: 4)];
        Assert.Equal(["blue", "green", "red", "blue", "green", "red"], predictions.Select(prediction => prediction.Label));
        double[] means = MeansOf(images[0]);
        Assert.Equal(Math.Exp(means[2]) / means.Sum(Math.Exp), predictions[0].Probability, 1e-4);

        using OnnxPredictor read = OnnxPredictor.Load(_path, options with { GivesLogits = false });
        Assert.All(means.Zip(read.Predict(images[0]).Numbers), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Load_WithAReadingThatHasNoSettings_ReadsByItsDefaults()
    {
        File.WriteAllBytes(_path, Means(0, 3, 16, 16));
        byte[] image = ToyImages.Encoded(0, new Random(1), side: 16);
        double[] means = MeansOf(image);

        AssertSame(new ValuePrediction(Metadata().Classes, means), PredictedBy("values"), 1e-4);
        AssertSame(
            new MultiLabelPrediction(Metadata().Classes, [.. means.Select(mean => 1 / (1 + Math.Exp(-mean)))], [0.5]), PredictedBy("sigmoid"), 1e-4);

        Prediction PredictedBy(string reading)
        {
            using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { Metadata = Metadata() with { Reading = new ModelPart(reading) } });
            return served.Predict(image);
        }
    }

    [Fact]
    public void PredictMany_OfAFileWhoseOutputHasTheImagesLast_IsRefused()
    {
        File.WriteAllBytes(_path, Drawn(graph => graph.Node("Transpose", [Mean(graph)], ("perm", (long[])[1, 0])), 0, 3, 16, 16));
        byte[][] images = [.. Enumerable.Range(0, 4).Select(index => ToyImages.Encoded(index % 3, new Random(index), side: 16))];
        using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { Metadata = Metadata() });

        var failure = Assert.Throws<InvalidOperationException>(() => served.PredictMany(Source(images)).Count());

        Assert.Contains("[3, 4] for 4 images of 3 numbers each", failure.Message);
    }

    [Theory]
    [InlineData("no file", typeof(FileNotFoundException), "model.onnx")]
    [InlineData("a folder", typeof(ModelFileException), "is a folder")]
    [InlineData("empty", typeof(ModelFileException), "cannot be opened by ONNX Runtime")]
    [InlineData("cut", typeof(ModelFileException), "cannot be opened by ONNX Runtime")]
    [InlineData("text", typeof(ModelFileException), "cannot be opened by ONNX Runtime")]
    [InlineData("weights beside it are missing", typeof(ModelFileException), "cannot be opened by ONNX Runtime")]
    [InlineData("weights outside of the folder", typeof(ModelFileException), "cannot be opened by ONNX Runtime")]
    [InlineData("metadata of nothing", typeof(ModelFileException), "metadata that cannot be read")]
    [InlineData("metadata that is no JSON", typeof(ModelFileException), "metadata that cannot be read")]
    [InlineData("an absurd size", typeof(ModelFileException), "preprocessing.crop_to")]
    [InlineData("another size", typeof(ModelFileException), "must be the 32 of the preprocessing")]
    [InlineData("another count of names", typeof(ModelFileException), "float32 [N, 2] is expected")]
    [InlineData("thresholds of others", typeof(ModelFileException), "5 thresholds for 3 names")]
    [InlineData("an unknown output", typeof(ModelFileException), "'something'")]
    [InlineData("an ensemble", typeof(ModelFileException), "average over members")]
    [InlineData("two inputs", typeof(ModelFileException), "has 2 inputs (tensor, more)")]
    [InlineData("doubles", typeof(ModelFileException), "double [N, 3, 16, 16]")]
    [InlineData("one channel", typeof(ModelFileException), "float32 [N, 1, 16, 16]")]
    [InlineData("a batch of four", typeof(ModelFileException), "the number of images must be open, or 1")]
    [InlineData("pixels of one size", typeof(ModelFileException), "height and width of pixels must be open")]
    [InlineData("a sequence", typeof(ModelFileException), "of the kind ONNX_TYPE_SEQUENCE")]
    [InlineData("integers", typeof(ModelFileException), "int64 [N, 3]")]
    [InlineData("fails when it runs", typeof(ModelFileException), "The network failed on 'a drawn image'")]
    [InlineData("more numbers than it says", typeof(ModelFileException), "has 6 numbers for 1 images of 3 each")]
    public void Load_OfAFileThatIsWrong_SaysWhatIs(string fault, Type expected, string message)
    {
        OnnxPredictorOptions options = Write(fault);

        Exception? failure = Record.Exception(() => OnnxPredictor.Load(_path, options).Dispose());

        Assert.IsType(expected, failure);
        Assert.Contains(message, failure.Message);
        Assert.Contains("model.onnx", failure.Message);
    }

    [Fact]
    public void Load_WithOptionsThatDoNotFit_SaysWhichDo()
    {
        File.WriteAllBytes(_path, Means(0, 3, 16, 16));

        Assert.Contains("has no output 'logits'; it has ReduceMean_0_out0", Failure(new OnnxPredictorOptions { Metadata = Metadata(), Output = "logits" }));
        Assert.Contains("float32 [N, 2] is expected", Failure(new OnnxPredictorOptions { Metadata = Metadata("one", "two") }));
        Assert.Contains("average over members or views", Failure(new OnnxPredictorOptions { Metadata = Metadata() with { TestTimeAugmentation = TestTimeAugmentation.TenCrops } }));
        Assert.Contains("'other'", Failure(new OnnxPredictorOptions { Metadata = Metadata() with { Reading = new ModelPart("other") } }));

        string Failure(OnnxPredictorOptions options) => Assert.Throws<ModelFileException>(() => OnnxPredictor.Load(_path, options)).Message;
    }

    [Fact]
    public void Load_OfFilesCutAnywhere_RefusesThemOrPredicts()
    {
        using (Predictor model = Model())
            model.ExportOnnx(_path);
        byte[] whole = File.ReadAllBytes(_path);

        for (int length = 0; length < whole.Length; length += 97)
        {
            using var cut = new MemoryStream(whole[..length]);
            Assert.IsType<ModelFileException>(Record.Exception(() => OnnxPredictor.Load(cut, OneThread).Dispose()));
        }
    }

    private OnnxPredictorOptions Write(string fault)
    {
        var given = new OnnxPredictorOptions { Metadata = Metadata(), Threads = 1 };
        switch (fault)
        {
            case "no file":
                return given;
            case "a folder":
                Directory.CreateDirectory(_path);
                return given;
            case "empty" or "text":
                File.WriteAllText(_path, fault == "empty" ? "" : "this is no ONNX file");
                return given;
            case "one channel" or "a batch of four" or "fails when it runs":
                File.WriteAllBytes(_path, fault switch
                {
                    "one channel" => Drawn(graph => graph.Node("ReduceMean", ["x"], ("axes", (long[])[2, 3]), ("keepdims", 0L)), 0, 1, 16, 16),
                    "a batch of four" => Means(4, 3, 16, 16),
                    _ => Drawn(graph => graph.Node("Reshape", ["x", graph.Integers(-1, 7)]), 0, 3, 16, 16),
                });
                return given;
            case "more numbers than it says":
                File.WriteAllBytes(_path, Drawn(graph => graph.Node("Reshape", [graph.Node("Concat", [Mean(graph), Mean(graph)], ("axis", 1L)), graph.Integers(-1, 3)]), 0, 3, 16, 16));
                return given;
        }
        using (Predictor model = Model())
            model.ExportOnnx(_path, new OnnxExportOptions { Input = fault == "pixels of one size" ? OnnxInput.Images : OnnxInput.Tensor });
        if (fault == "cut")
        {
            File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..^100]);
            return OneThread;
        }
        ModelProto proto = OnnxScene.Read(_path);
        Change(proto, fault);
        File.WriteAllBytes(_path, proto.ToByteArray());
        return OneThread;
    }

    private static void Change(ModelProto proto, string fault)
    {
        StringStringEntryProto described = proto.MetadataProps.Single(entry => entry.Key == "transferlearning.model");
        TypeProto input = proto.Graph.Input[0].Type, output = proto.Graph.Output[0].Type;
        switch (fault)
        {
            case "weights beside it are missing" or "weights outside of the folder":
                TensorProto weight = proto.Graph.Initializer.First(tensor => tensor.Name == "convolution.weight");
                weight.RawData = ByteString.Empty;
                weight.DataLocation = TensorProto.Types.DataLocation.External;
                weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = fault.Contains("outside") ? "/etc/passwd" : "none.bin" });
                break;
            case "metadata of nothing":
                described.Value = "{}";
                break;
            case "metadata that is no JSON":
                described.Value = new string('[', 100_000);
                break;
            case "an absurd size":
                described.Value = described.Value.Replace("\"crop_to\":16", "\"crop_to\":2000000000");
                break;
            case "another size":
                described.Value = described.Value.Replace("\"crop_to\":16", "\"crop_to\":32");
                break;
            case "another count of names":
                described.Value = described.Value.Replace("\"ant\",", "");
                break;
            case "thresholds of others":
                described.Value = described.Value.Replace("\"softmax\"", "\"softmax\",\"settings\":{\"thresholds\":[0.1,0.1,0.1,0.1,0.1]}");
                break;
            case "an unknown output":
                proto.MetadataProps.Single(entry => entry.Key == "transferlearning.output").Value = "something";
                break;
            case "an ensemble":
                described.Value = described.Value.Replace("\"task\"", "\"ensemble\":{\"heads\":[1,1]},\"task\"");
                break;
            case "two inputs":
                proto.Graph.Input.Add(new ValueInfoProto(proto.Graph.Input[0]) { Name = "more" });
                break;
            case "doubles":
                input.TensorType.ElemType = (int)DataType.Double;
                Insert(proto, "Cast", proto.Graph.Input[0].Name, DataType.Float);
                break;
            case "pixels of one size":
                input.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimValue = 40 };
                break;
            case "a sequence":
                Rename(proto, "SequenceConstruct");
                proto.Graph.Output[0].Type = null; // as ONNX Runtime infers it
                break;
            case "integers":
                Rename(proto, "Cast").Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)DataType.Int64 });
                output.TensorType.ElemType = (int)DataType.Int64;
                break;
            default:
                throw new ArgumentException($"There is no fault '{fault}'.", nameof(fault));
        }
    }

    // What gives the output, an Identity, becomes another operation.
    private static NodeProto Rename(ModelProto proto, string operation)
    {
        NodeProto last = proto.Graph.Node.Single(node => node.Output.Contains(proto.Graph.Output[0].Name));
        last.OpType = operation;
        return last;
    }

    private static void Insert(ModelProto proto, string operation, string input, DataType type)
    {
        foreach (NodeProto node in proto.Graph.Node)
        {
            for (int index = 0; index < node.Input.Count; index++)
                node.Input[index] = node.Input[index] == input ? "inserted" : node.Input[index];
        }
        var inserted = new NodeProto { Name = "inserted", OpType = operation };
        inserted.Input.Add(input);
        inserted.Output.Add("inserted");
        inserted.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)type });
        proto.Graph.Node.Insert(0, inserted);
    }

    private static byte[] Drawn(Func<DrawnGraph, string> build, params long[] input)
    {
        var graph = new DrawnGraph(17, input);
        return graph.Bytes(build(graph), 0, 3);
    }

    private static string Mean(DrawnGraph graph) => graph.Node("ReduceMean", ["x"], ("axes", (long[])[2, 3]), ("keepdims", 0L));

    private static double[] MeansOf(byte[] encoded)
    {
        byte[] pixels = new ImageReader(new SkiaImageDecoder()).Read(encoded, "image").Pixels.ToArray();
        return [.. Enumerable.Range(0, 3).Select(channel => pixels.Where((_, index) => index % 3 == channel).Average(value => value / 255.0))];
    }
}
