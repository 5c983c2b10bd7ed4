using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Advice;

/// <summary>What each stage of a network gives for some images, as one vector an image: the mean over positions.</summary>
/// <param name="Stages">The names of the stages before the head.</param>
/// <param name="Values">[stages][rows][features]; the last stage's are what the head takes.</param>
/// <param name="Samples">The image of each row.</param>
/// <param name="Skipped">The images that could not be read, which have no row.</param>
/// <param name="PerImage">Seconds to read an image and to compute its features.</param>
internal sealed record StageFeatures(
    IReadOnlyList<string> Stages, double[][][] Values, IReadOnlyList<Sample> Samples, IReadOnlyList<SkippedSample> Skipped, double PerImage)
{
    public double[][] Last => Values[^1];

    public int[] Classes => [.. Samples.Select(sample => sample.ClassIndex)];

    /// <summary>Reads the images and computes their features.</summary>
    /// <param name="backbone">The network; it must be made of stages.</param>
    /// <param name="images">The images, of one class each.</param>
    /// <param name="fit">How images are read, the batch size, the device and the dtype.</param>
    /// <param name="cancellationToken">Cancels a download, and the computation between batches.</param>
    /// <param name="seed">The seed of random weights.</param>
    public static StageFeatures Of(PretrainedBackbone backbone, IDatasetSource images, TrainerOptions fit, CancellationToken cancellationToken, long seed = 0)
    {
        Backbone opened = BackboneLoader.OpenForFeatures(backbone, fit.WeightsStore, cancellationToken, seed);
        using var network = new InferenceNetwork([opened], fit.EvaluationPreprocessing, fit.Reader, fit.Device, fit.Precision); // takes it over
        BatchLoader loader = FitImages.ForEvaluation(fit, images);
        var rows = new List<double[][]>();
        var samples = new List<Sample>();
        var pace = new Pace(fit.TimeProvider);
        foreach (Batch batch in loader.GetBatches(epoch: 1, cancellationToken))
        {
            using (batch)
            {
                Sample[] read = [.. batch.Indices.Select(index => images.Samples[index])];
                string[] names = [.. read.Select(sample => sample.Name)];
                rows.AddRange(network.Use(network, networks => Compute(networks[0], batch.Images.to(network.Device), names)));
                samples.AddRange(read);
                pace.Passed(batch.Count);
            }
        }
        string[] stages = [.. opened.Info.Stages.Select(stage => stage.Name).SkipLast(1)];
        double[][][] values = [.. stages.Select((_, stage) => rows.Select(row => row[stage]).ToArray())];
        return new StageFeatures(stages, values, samples, loader.Skipped, pace.PerImage);
    }

    private static double[][][] Compute(Backbone backbone, Tensor images, string[] names)
    {
        double[][][] perImage = [.. names.Select(_ => new double[backbone.HeadStage][])];
        Tensor output = images;
        for (int stage = 0; stage < backbone.HeadStage; stage++)
        {
            output = backbone.Forward(output, stage, stage + 1);
            float[][] rows = InferenceNetwork.Rows(OverPositions(backbone, output), $"Stage {backbone.Info.Stages[stage].Name}'s value", names);
            for (int image = 0; image < rows.Length; image++)
                perImage[image][stage] = Array.ConvertAll(rows[image], value => (double)value);
        }
        return perImage;
    }

    private static Tensor OverPositions(Backbone backbone, Tensor output) => output.dim() switch
    {
        4 => backbone.ChannelsFirst(output).to(ScalarType.Float32).mean([2, 3]),
        3 => output.to(ScalarType.Float32).mean([1]), // tokens
        _ => output.flatten(1),
    };
}
