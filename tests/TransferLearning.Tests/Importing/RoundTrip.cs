using System.Security.Cryptography;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Importing;

/// <summary>A built-in network that goes through an ONNX file and comes back: by how much the largest numbers differ.</summary>
/// <param name="Exported">Logits of ONNX Runtime from the network's, by their norm.</param>
/// <param name="Imported">Logits of the import from the network's.</param>
/// <param name="Between">Logits of the import from ONNX Runtime's.</param>
/// <param name="Step">A value of a parameter after a step of SGD in evaluation mode, by the root mean square of the parameter's.</param>
/// <param name="StepOfNorm">A whole parameter after that step, by its norm.</param>
/// <param name="Found">How many parameters are the network's own.</param>
/// <param name="Others">How many are not found again, such as a table of positions, which the import keeps as it is looked up.</param>
internal sealed record RoundTrip(double Exported, double Imported, double Between, double Step, double StepOfNorm, int Found, int Others)
{
    private const double Rate = 0.01;

    /// <summary>The largest difference of logits between the three.</summary>
    public double Logits => Math.Max(Exported, Math.Max(Imported, Between));

    public static RoundTrip Of(string name, int side)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        string path = folder.File("network.onnx");
        using (Predictor model = OnnxScene.Model(DrawnWeights.Open(name, side)))
            model.ExportOnnx(path, new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits });
        int crop = DrawnWeights.Find(name, side).Info.Preprocessing.CropTo;
        Tensor images = cat([FilledWeights.Input(crop), FilledWeights.Input(crop).flip(3)]);
        float[] given = Run(path, images);

        using Backbone original = DrawnWeights.Open(name, side);
        using Backbone import = BackboneLoader.Open(Pretrained.FromOnnx(path), outputCount: null, seed: 0);
        (Parameter Original, Parameter? Import)[] pairs = Pair(original, import);
        float[] expected = Learn(original, images), found = Learn(import, images);
        (double Largest, double OfNorm)[] steps = [.. pairs.Where(pair => pair.Import is not null).Select(pair => Difference(pair.Original, pair.Import!))];
        return new RoundTrip(
            OnnxScene.Difference(expected, given), OnnxScene.Difference(expected, found), OnnxScene.Difference(given, found),
            steps.Max(step => step.Largest), steps.Max(step => step.OfNorm), steps.Length, pairs.Length - steps.Length);
    }

    private static float[] Run(string path, Tensor images)
    {
        using var run = new OnnxRun(path);
        return run.Compute(OnnxScene.Values(images), [.. images.shape.Select(length => (int)length)])["logits"];
    }

    // The parameters of the same values before the step: all are drawn.
    private static (Parameter, Parameter?)[] Pair(Backbone original, Backbone import)
    {
        Dictionary<string, Parameter> candidates = import.Network.parameters().DistinctBy(Hash).ToDictionary(Hash);
        return [.. original.Network.parameters().Select(parameter => (parameter, candidates.GetValueOrDefault(Hash(parameter))))];
    }

    private static string Hash(Parameter parameter) => Convert.ToHexString(SHA256.HashData(parameter.detach().contiguous().bytes));

    private static float[] Learn(Backbone backbone, Tensor images)
    {
        backbone.Network.eval();
        using var scope = NewDisposeScope();
        using optim.Optimizer optimizer = optim.SGD(backbone.Network.parameters(), Rate);
        Tensor logits = backbone.Forward(images);
        nn.functional.cross_entropy(logits, tensor(new long[] { 3, 1 })).backward();
        optimizer.step();
        optimizer.zero_grad();      // the largest networks leave no room for both gradients
        return OnnxScene.Values(logits.detach());
    }

    private static (double Largest, double OfNorm) Difference(Parameter one, Parameter other)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor difference = one - other.reshape(one.shape), size = one.square().mean().sqrt();
        return ((difference.abs().max() / size).ToDouble(), (difference.square().mean().sqrt() / size).ToDouble());
    }
}
