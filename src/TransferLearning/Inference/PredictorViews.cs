using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>What a predictor sees of an image, and who sees it: the image as it is evaluated or several views, one network or the members of an ensemble,
/// whose outputs are averaged. Immutable.</summary>
internal sealed class PredictorViews(ModelMetadata metadata, ImageReader images, OutputReading reading)
{
    private static readonly IReadOnlyList<int> _alone = [1];

    private readonly IReadOnlyList<int> _heads = metadata.Ensemble?.HeadsPerNetwork ?? _alone;
    private readonly Func<float[][], float[]> _averageViews = Average(reading, metadata.TestTimeAugmentation.AverageOutputs);
    private readonly Func<float[][], float[]> _averageMembers = Average(reading, metadata.Ensemble?.AverageOutputs == true);

    /// <summary>Prepares the views; null for the image alone.</summary>
    public ViewPreparer? Preparer { get; } = metadata.TestTimeAugmentation.Identifier == TestTimeAugmentation.None.Identifier
        ? null
        : new ViewPreparer(images, metadata.TestTimeAugmentation.GetViews(metadata.Preprocessing), metadata.Preprocessing.Statistics);

    /// <summary>Whether what is read of several views is averaged, not their outputs.</summary>
    public bool AveragesReadings => Preparer?.Count > 1 && !metadata.TestTimeAugmentation.AverageOutputs;

    /// <param name="networks">The networks, each with the heads of as many members as the metadata says.</param>
    /// <param name="images">float32 [N * views, 3, H, W].</param>
    /// <returns>float32 [N, outputs].</returns>
    public Tensor Forward(IReadOnlyList<Backbone> networks, Tensor images)
    {
        int views = Preparer?.Count ?? 1;
        if (views == 1 && metadata.Ensemble is null)
            return networks[0].Forward(images).to(ScalarType.Float32);

        float[][][] members = [.. networks.Zip(_heads).SelectMany(network => OutputsOf(network.First, network.Second, images, views))];
        float[][] averages = [.. Enumerable.Range(0, members[0].Length).Select(image => _averageMembers([.. members.Select(member => member[image])]))];
        return tensor(averages.SelectMany(row => row).ToArray(), [averages.Length, averages[0].Length], device: images.device);
    }

    /// <summary>The outputs of each member for each image.</summary>
    private IEnumerable<float[][]> OutputsOf(Backbone network, int heads, Tensor images, int views)
    {
        using Tensor output = network.Forward(images).to(ScalarType.Float32).cpu().contiguous();
        int outputs = (int)output.shape[1] / heads;
        float[][] rows = [.. output.data<float>().ToArray().Chunk((int)output.shape[1])];
        return [.. Enumerable.Range(0, heads).Select(head => rows
            .Select(row => row[(head * outputs)..((head + 1) * outputs)]).Chunk(views)
            .Select(image => views == 1 ? image[0] : _averageViews(image)).ToArray())];
    }

    private static Func<float[][], float[]> Average(OutputReading reading, bool ofOutputs) =>
        rows => rows.Length == 1 ? rows[0] : ofOutputs ? OutputReading.MeanOf(rows) : reading.Average(rows);
}
