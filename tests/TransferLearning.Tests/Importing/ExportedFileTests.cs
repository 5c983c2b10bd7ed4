using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Importing;

/// <summary>Files as PyTorch's exporter writes them, of opsets 7 to 17; "Exported/export.py" makes them.</summary>
public sealed class ExportedFileTests
{
    private const int Side = 32, Images = 3;

    private static readonly int[] _one = [1, 3, Side, Side], _all = [Images, 3, Side, Side];

    public static TheoryData<string> Files { get; } = [.. Directory.GetFiles(Folder, "*-*.onnx").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Importing", "Exported");

    [Theory]
    [MemberData(nameof(Files))]
    public void FromOnnx_OfAnExportedFile_GivesWhatOnnxRuntimeGives(string name)
    {
        string path = Path.Combine(Folder, name);
        float[] values = ImportedGraph.Draw(_all), expected = Expected(path, values);
        using Backbone backbone = BackboneLoader.Open(Pretrained.FromOnnx(path), outputCount: null, seed: 0);

        Assert.Equal(5, backbone.OutputCount);
        Assert.InRange(ImportedGraph.Difference(expected, ImportedGraph.Logits(backbone, values, _all)), 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ExportOnnx_OfAnImport_GivesWhatTheFirstFileGives(string name)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(Folder, name), again = folder.File("again.onnx");
        float[] values = ImportedGraph.Draw(_all), expected = Expected(path, values);

        using (Predictor model = OnnxScene.Model(BackboneLoader.Open(Pretrained.FromOnnx(path), outputCount: null, seed: 0)))
            model.ExportOnnx(again, new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits });

        using var run = new OnnxRun(again);
        Assert.InRange(ImportedGraph.Difference(expected, run.Compute(values, _all)["logits"]), 0, 1e-6);
    }

    [Fact]
    public void FromOnnx_OfAttentionForOneImage_SaysHowToExportIt()
    {
        OnnxFormatException refused = Assert.Throws<OnnxFormatException>(() => Pretrained.FromOnnx(Path.Combine(Folder, "of_one_image.onnx")));

        Assert.Contains("of one image alone: export the file with an open number of images", refused.Message);
    }

    [Fact]
    public void FromOnnx_WithWeightsInAFileBeside_GivesTheSame_AndAModelFileNeedsNeither()
    {
        using var folder = new TemporaryFolder();
        string whole = Path.Combine(Folder, "mobilenet_v3-11.onnx"), path = folder.File("divided.onnx"), saved = folder.File("saved.tlmodel");
        float[] values = ImportedGraph.Draw(_all);
        Divide(whole, path, folder.File("divided.weights"));
        using (Backbone backbone = BackboneLoader.Open(Pretrained.FromOnnx(path), outputCount: null, seed: 0))
            Assert.InRange(ImportedGraph.Difference(Expected(whole, values), ImportedGraph.Logits(backbone, values, _all)), 0, 1e-6);
        using TrainingResult result = Trainer.ExtractFeatures(Pretrained.FromOnnx(path)).On(ToyImages.Split()).For(epochs: 1, batchSize: 4).Build().Fit();

        result.Model.Save(saved);
        File.Delete(path);
        File.Delete(folder.File("divided.weights"));

        using Predictor loaded = Predictor.Load(saved);
        byte[] image = ToyImages.Encoded(1, new Random(7));
        Assert.Equal(result.Model.Predict(image).Probabilities, loaded.Predict(image).Probabilities);
    }

    // Some files are of one image.
    private static float[] Expected(string path, float[] values)
    {
        using var oracle = new OnnxOracle(path);
        return [.. values.Chunk(values.Length / Images).SelectMany(image => oracle.Run(image, _one))];
    }

    private static void Divide(string whole, string path, string beside)
    {
        ModelProto model = OnnxScene.Read(whole);
        using (FileStream weights = File.Create(beside))
        {
            foreach (TensorProto tensor in model.Graph.Initializer.Where(tensor => tensor.RawData.Length > 0))
            {
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(Entry("location", Path.GetFileName(beside)));
                tensor.ExternalData.Add(Entry("offset", $"{weights.Position}"));
                tensor.ExternalData.Add(Entry("length", $"{tensor.RawData.Length}"));
                tensor.RawData.WriteTo(weights);
                tensor.RawData = Google.Protobuf.ByteString.Empty;
            }
        }
        using FileStream file = File.Create(path);
        using var output = new Google.Protobuf.CodedOutputStream(file);
        model.WriteTo(output);
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
