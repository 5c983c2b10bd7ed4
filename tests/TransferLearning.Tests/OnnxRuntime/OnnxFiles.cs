using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Importing;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.OnnxRuntime;

/// <summary>Small models to serve, and files of other exporters.</summary>
internal static class OnnxFiles
{
    public static OnnxPredictorOptions OneThread { get; } = new() { Threads = 1 };

    /// <summary>A model of drawn weights, for images of 16 x 16, whose probabilities are not all the same.</summary>
    public static Predictor Model(OutputReading? reading = null, IReadOnlyList<string>? classes = null, ImageReader? images = null)
    {
        reading ??= new SoftmaxReading();
        classes ??= ["ant", "bee", "cat"];
        var network = new Backbone(ModuleNetwork.Filled(nn.ReLU(), reading.GetOutputCount(classes)), ModuleNetwork.Info);
        images ??= new ImageReader(new SkiaImageDecoder());
        return new Predictor([network], new ModelMetadata
        {
            Backbone = network.Info.Name,
            Classes = classes,
            Preprocessing = network.Info.Preprocessing,
            Images = images.Reading,
            Reading = new ModelPart(reading.Identifier, reading.Settings),
        }, images, reading, () => LearningTask.Classification, device: null);
    }

    /// <summary>Images of several sizes, in no order.</summary>
    public static byte[][] Images(int count) => [.. Enumerable.Range(0, count).Select(index => ToyImages.Encoded(index % 3, new Random(index), side: 16 + index % 4 * 5))];

    /// <summary>The mean of each channel of normalized images, as logits.</summary>
    public static byte[] Means(params long[] input)
    {
        var graph = new DrawnGraph(17, input);
        string means = graph.Node("ReduceMean", ["x"], ("axes", input[1] == 3 ? [2L, 3L] : (long[])[1L, 2L]), ("keepdims", 0L));
        return graph.Bytes(means, 0, 3);
    }

    public static ModelMetadata Metadata(params IReadOnlyList<string> classes) => new()
    {
        Backbone = "means",
        Classes = classes is { Count: > 0 } ? classes : ["red", "green", "blue"],
        Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16, Statistics = new ChannelStatistics(new Rgb(0, 0, 0), new Rgb(1, 1, 1)) },
    };

    public static void AssertSame(Prediction expected, Prediction found, double tolerance)
    {
        Assert.Equal(expected.GetType(), found.GetType());
        Assert.Equal(expected.Names, found.Names);
        Assert.All(expected.Numbers.Zip(found.Numbers), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        if (expected is not ValuePrediction)
            Assert.Equal(expected.Labels.Select(score => score.Label), found.Labels.Select(score => score.Label));
    }

    public static InMemoryDataset Source(byte[][] images) => new(
        [.. images.Select((image, index) => new LabeledImage(image, "ant", $"image-{index}.png"))], ["ant", "bee", "cat"]);
}
