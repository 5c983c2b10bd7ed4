using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>What a predictor sees of an image: the image as it is evaluated, or several views, whose outputs are averaged. Immutable.</summary>
internal sealed class PredictorViews(ModelMetadata metadata, ImageReader images, OutputReading reading)
{
    /// <summary>Prepares the views; null for the image alone.</summary>
    public ViewPreparer? Preparer { get; } = metadata.TestTimeAugmentation.Identifier == TestTimeAugmentation.None.Identifier
        ? null
        : new ViewPreparer(images, metadata.TestTimeAugmentation.GetViews(metadata.Preprocessing), metadata.Preprocessing.Statistics);

    /// <param name="backbone">The network.</param>
    /// <param name="images">float32 [N * views, 3, H, W].</param>
    /// <returns>float32 [N, outputs].</returns>
    public Tensor Forward(Backbone backbone, Tensor images)
    {
        Tensor output = backbone.Forward(images).to(ScalarType.Float32);
        if (Preparer is not { Count: > 1 and int views })
            return output;
        Func<float[][], float[]> average = metadata.TestTimeAugmentation.AverageOutputs ? OutputReading.MeanOf : reading.Average;
        float[][] averages = [.. Rows(output).Chunk(views).Select(average)];
        return tensor(averages.SelectMany(row => row).ToArray(), [averages.Length, averages[0].Length], device: output.device);
    }

    /// <summary>The outputs for each image.</summary>
    private static IEnumerable<float[]> Rows(Tensor output) => output.cpu().contiguous().data<float>().ToArray().Chunk((int)output.shape[1]);
}
