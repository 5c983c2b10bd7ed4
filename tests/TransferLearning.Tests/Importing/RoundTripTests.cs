using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Importing;

/// <summary>Built-in networks that go through an ONNX file and come back.</summary>
public sealed class RoundTripTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Import_OfAnExport_GivesItsLogitsAndLearnsAsItDoes(string name)
    {
        (double logits, double[] steps, int others) = Differences(name, Side);

        Assert.InRange(logits, 0, 1e-4);
        Assert.InRange(steps.Max(), 0, 1e-5);
        Assert.True(steps.Length >= 2 * others, $"{steps.Length} parameters are the network's own, {others} are not found again");
    }

    [Fact]
    public void Import_OfAnExport_TakesItsPreprocessing()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("resnet18.onnx");
        using Predictor model = OnnxScene.Model(DrawnWeights.Open("resnet18", Side));
        model.ExportOnnx(path, new OnnxExportOptions { Input = OnnxInput.Tensor });

        BackboneInfo info = Pretrained.FromOnnx(path).Info;

        Assert.Equal(DrawnWeights.Find("resnet18", Side).Info.Preprocessing, info.Preprocessing);
        Assert.Equal(ImageSides.Any, info.Sides);
        Assert.Equal(6, info.Stages.Count);
    }

    /// <summary>
    /// The largest difference of logits between a network and its import, by their norm; and of a parameter after a step of SGD, in evaluation mode, by
    /// its size. Parameters that are not found again are counted.
    /// </summary>
    internal static (double Logits, double[] Steps, int Others) Differences(string name, int side)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        string path = folder.File("network.onnx");
        PretrainedBackbone pretrained = DrawnWeights.Find(name, side);
        using (Predictor model = OnnxScene.Model(DrawnWeights.Open(name, side)))
            model.ExportOnnx(path, new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits });
        using Backbone original = DrawnWeights.Open(name, side);
        using Backbone import = BackboneLoader.Open(Pretrained.FromOnnx(path), outputCount: null, seed: 0);
        int crop = pretrained.Info.Preprocessing.CropTo;
        Tensor images = cat([FilledWeights.Input(crop), FilledWeights.Input(crop).flip(3)]);

        (float[] expected, Dictionary<string, (float[] Before, float[] After)> theirs) = Step(original, images);
        (float[] logits, Dictionary<string, (float[] Before, float[] After)> ours) = Step(import, images);
        double?[] steps = [.. theirs.Values.Select(parameter => Match(parameter, ours.Values))];
        return (ImportedGraph.Difference(expected, logits), [.. steps.OfType<double>()], steps.Count(step => step is null));
    }

    private static (float[] Logits, Dictionary<string, (float[] Before, float[] After)> Parameters) Step(Backbone backbone, Tensor images)
    {
        const float Rate = 0.01f;
        backbone.Network.eval();
        using var scope = NewDisposeScope();
        Tensor logits = backbone.Forward(images);
        nn.functional.cross_entropy(logits, tensor(new long[] { 3, 1 })).backward();
        var parameters = new Dictionary<string, (float[], float[])>();
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in backbone.Network.named_parameters())
        {
            float[] before = OnnxScene.Values(parameter);
            Tensor? gradient = parameter.grad;
            float[] change = gradient is null ? new float[before.Length] : OnnxScene.Values(gradient);
            parameters[name] = (before, [.. before.Zip(change, (value, slope) => value - Rate * slope)]);
        }
        return (OnnxScene.Values(logits), parameters);
    }

    // The parameter of the same values before the step: all are drawn.
    private static double? Match((float[] Before, float[] After) parameter, IEnumerable<(float[] Before, float[] After)> candidates)
    {
        (float[] Before, float[] After) found = candidates.FirstOrDefault(candidate => candidate.Before.AsSpan().SequenceEqual(parameter.Before));
        if (found.Before is null)
            return null;      // such as a table of positions, which the import keeps as it is looked up
        double size = Math.Sqrt(parameter.After.Average(value => (double)value * value));
        return parameter.After.Zip(found.After, (one, other) => Math.Abs((double)one - other)).Max() / size;
    }
}
