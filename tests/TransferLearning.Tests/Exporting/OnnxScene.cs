using TransferLearning.Formats.Onnx;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting;

/// <summary>Models to export.</summary>
internal static class OnnxScene
{
    /// <summary>A model of a network, which owns it, without a fit.</summary>
    public static Predictor Model(Backbone network, OutputReading? reading = null, ModelMetadata? metadata = null) => new(
        [network],
        metadata ?? new ModelMetadata
        {
            Backbone = network.Info.Name,
            Classes = [.. Enumerable.Range(0, network.OutputCount).Select(index => $"class {index}")],
            Preprocessing = network.Info.Preprocessing,
            Reading = new ModelPart((reading ?? new SoftmaxReading()).Identifier, (reading ?? new SoftmaxReading()).Settings),
        },
        new ImageReader(new SkiaImageDecoder()), reading ?? new SoftmaxReading(), () => LearningTask.Classification, device: null);

    public static ModelProto Read(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

    /// <summary>The largest difference between a built-in network's logits, and features, and those of its exported file, by their norms.</summary>
    public static (double Logits, double Features) Difference(string name, int side, OnnxExportOptions options)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Backbone network = DrawnWeights.Open(name, side);
        network.Network.eval();
        int[] shape = [3, 3, network.Info.Preprocessing.CropTo, network.Info.Preprocessing.CropTo];
        Tensor image = FilledWeights.Input(shape[2]), images = cat([image, image.flip(3), image.neg()]);
        float[] logits = Values(network.Forward(images));
        Tensor given = network.Features(images);
        float[] features = Values(given.dim() == 4 ? given.mean([2, 3]) : given);
        using Predictor model = Model(network);
        string path = folder.File("network.onnx");

        model.ExportOnnx(path, options with { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits, IncludeFeatures = true });

        using var run = new OnnxRun(path);
        Dictionary<string, float[]> three = run.Compute(Values(images), shape), one = run.Compute(Values(image), [1, .. shape[1..]]);
        return (
            Math.Max(Difference(logits, three["logits"]), Difference(logits[..(logits.Length / 3)], one["logits"])),
            Difference(features, three["features"]));
    }

    public static float[] Values(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();

    /// <summary>The largest difference, by the norm of what is expected.</summary>
    public static double Difference(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        double norm = Math.Sqrt(expected.Sum(value => (double)value * value));
        double largest = expected.Zip(found, (one, other) => Math.Abs((double)one - other)).Max();
        return largest / norm;
    }
}
