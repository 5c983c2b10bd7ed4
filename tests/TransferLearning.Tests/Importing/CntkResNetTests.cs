using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Importing;

/// <summary>A real ImageNet network: CNTK's ResNet-18 of a NuGet package, without a head.</summary>
public sealed class CntkResNetTests
{
    internal static OnnxImportOptions Options { get; } = new()
    {
        Preprocessing = new Preprocessing { Statistics = ChannelStatistics.Of255(new Rgb(123.15f, 115.90f, 103.06f)) },
        TakesBgr = true,
    };

    internal static string File => Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx");

    [Fact]
    public void FromOnnx_OfCntkResNet_HasStagesWhereTheSizeHalvesAndANewHead()
    {
        PretrainedBackbone pretrained = Pretrained.FromOnnx(File, Options);
        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: 2, seed: 0);

        Assert.Equal(512, pretrained.Info.FeatureSize);
        Assert.Equal(["ReLU253", "ReLU283", "ReLU315", "ReLU347"], pretrained.Info.Stages.SkipLast(2).Select(stage => stage.Name));
        Assert.Equal(ImageSides.MultiplesOf(32), pretrained.Info.Sides);
        Assert.Equal(2, backbone.OutputCount);
        Assert.True(backbone.HasLinearHead);
        Assert.Equal(22, backbone.Network.modules().OfType<BatchNormalization>().Count());
        Assert.Null(backbone.FixedFormatLayer);
        Assert.Equal(backbone.Network.named_parameters().Count(), NetworkGraph.Trace(backbone).Nodes.SelectMany(node => node.Tensors)
            .Count(tensor => backbone.Network.named_parameters().Any(entry => entry.name == tensor.Name)));
    }

    [Fact]
    public void FromOnnx_OfCntkResNetWithImagesOfAnotherSide_SaysWhichItTakes()
    {
        OnnxImportOptions options = Options with { Preprocessing = Options.Preprocessing! with { ResizeTo = 200, CropTo = 200 } };

        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => Pretrained.FromOnnx(File, options));

        Assert.Contains("takes images of multiples of 32 pixels on both sides, and the preprocessing gives 200 x 200", error.Message);
    }

    [Fact]
    public void WithRandomWeights_OfCntkResNet_KeepsNoStatisticsOfTheFile()
    {
        using Backbone backbone = BackboneLoader.Open(Pretrained.FromOnnx(File, Options).WithRandomWeights(), outputCount: 2, seed: 0);

        Assert.All(backbone.Network.modules().OfType<BatchNormalization>(), norm =>
        {
            Assert.All(norm.running_mean!.data<float>().ToArray(), mean => Assert.Equal(0, mean));
            Assert.All(norm.running_var!.data<float>().ToArray(), variance => Assert.Equal(1, variance));
        });
    }

    [Fact]
    public void FromOnnx_OfCntkResNet_GivesTheFeaturesOfOnnxRuntime()
    {
        using Backbone backbone = BackboneLoader.Open(Pretrained.FromOnnx(File, Options), outputCount: null, seed: 0);
        using var oracle = new OnnxOracle(File);
        int[] shape = [1, 3, 224, 224];
        float[] pixels = [.. ImportedGraph.Draw(shape).Select(value => 60 * value)];
        float[] reversed = [.. pixels.Skip(2 * 224 * 224), .. pixels.Skip(224 * 224).Take(224 * 224), .. pixels.Take(224 * 224)];

        Assert.InRange(ImportedGraph.Difference(oracle.Run(reversed, shape), ImportedGraph.Features(backbone, pixels, shape)), 0, 1e-4);
    }

    [SkippableFact]
    public void FromOnnx_OfCntkResNet_GivesTheFeaturesOfOnnxRuntimeOnPhotographs()
    {
        string folder = ReferenceData.Require("data/hymenoptera_data/val");
        string[] paths = [.. Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, index) => index % 40 == 0)];

        Assert.All(Differences(paths), difference => Assert.InRange(difference, 0, 1e-4));
    }

    /// <summary>By how much each image's features differ, as a part of their norm.</summary>
    internal static IEnumerable<double> Differences(IReadOnlyList<string> paths)
    {
        using Backbone backbone = BackboneLoader.Open(Pretrained.FromOnnx(File, Options), outputCount: null, seed: 0);
        using var oracle = new OnnxOracle(File);
        var preparer = ImagePreparer.ForEvaluation(Options.Preprocessing!, new ImageReader(new SkiaImageDecoder()));
        int[] shape = [1, 3, 224, 224];
        foreach (string path in paths)
        {
            using torch.Tensor image = BatchAssembler.Stack([preparer.Prepare(System.IO.File.ReadAllBytes(path), path)]);
            using torch.Tensor planes = image.contiguous();
            using torch.Tensor bgr = image.flip(1);
            using torch.Tensor reversed = bgr.contiguous();
            float[] expected = oracle.Run(reversed.data<float>().ToArray(), shape);
            yield return ImportedGraph.Difference(expected, ImportedGraph.Features(backbone, planes.data<float>().ToArray(), shape));
        }
    }
}
