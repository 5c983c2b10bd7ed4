using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Importing;

/// <summary>A graph as a network and in ONNX Runtime, side by side.</summary>
internal static class ImportedGraph
{
    public static Backbone Open(byte[] model, OnnxImportOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("drawn.onnx");
        File.WriteAllBytes(path, model);
        return BackboneLoader.Open(Pretrained.FromOnnx(path, options), outputCount: null, seed: 0);
    }

    /// <summary>Values from a seed, about zero.</summary>
    public static float[] Draw(params int[] shape)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, shape.Aggregate(1, (product, length) => product * length)).Select(_ => 4 * random.NextSingle() - 2)];
    }

    /// <summary>What stages below the head give for images, which the graph takes in its own order of axes.</summary>
    public static float[] Features(Backbone backbone, float[] values, params int[] shape)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        backbone.Network.eval();
        Tensor images = tensor(values, [.. shape.Select(length => (long)length)]);
        return backbone.Features(images).contiguous().data<float>().ToArray();
    }

    public static float[] Logits(Backbone backbone, float[] values, params int[] shape)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        backbone.Network.eval();
        return backbone.Forward(tensor(values, [.. shape.Select(length => (long)length)])).contiguous().data<float>().ToArray();
    }

    /// <summary>The largest difference as a part of the expected values' L2 norm, or of 1.</summary>
    public static double Difference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double norm = Math.Sqrt(expected.Sum(value => (double)value * value));
        return expected.Zip(actual, (one, other) => Math.Abs((double)one - other)).Max() / Math.Max(1, norm);
    }

    // Out again as a file, and what ONNX Runtime makes of that.
    private static void RequireSameExport(Backbone backbone, int[] image)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("again.onnx");
        float[] values = Draw([1, .. image]), expected = Features(backbone, values, [1, .. image]);
        Predictor model = OnnxScene.Model(BackboneLoader.Open(Pretrained.From(backbone.Network, backbone.Info), outputCount: 2, seed: 0));
        model.ExportOnnx(path, new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits, IncludeFeatures = true });
        using var run = new OnnxRun(path);
        double difference = Difference(expected, run.Compute(values, [1, .. image])["features"]);
        Assert.True(difference < 1e-5, $"{difference} after an export");
    }

    /// <summary>Compares the features of a graph whose output is [N, features] with what ONNX Runtime gives, for one image and for two.</summary>
    public static void RequireSame(DrawnGraph graph, string output, params int[] image)
    {
        byte[] model = graph.Bytes(graph.Node("Flatten", [output], ("axis", 1L)));
        using var oracle = new OnnxOracle(model);
        using Backbone backbone = Open(model);
        foreach (int images in new[] { 1, 2 })
        {
            float[] values = Draw([images, .. image]);
            float[] expected = oracle.Run(values, [images, .. image]);
            double difference = Difference(expected, Features(backbone, values, [images, .. image]));
            Assert.True(difference < 1e-5, $"{difference} for {images} images");
        }
        RequireSameExport(backbone, image);
    }
}
