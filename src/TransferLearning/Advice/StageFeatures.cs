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
/// <param name="Elapsed">The time for reading and computing all images.</param>
internal sealed record StageFeatures(IReadOnlyList<string> Stages, double[][][] Values, TimeSpan Elapsed)
{
    public double[][] Last => Values[^1];

    /// <summary>Reads the images and computes their features.</summary>
    /// <param name="backbone">The network; it must be made of stages.</param>
    /// <param name="images">The images.</param>
    /// <param name="fit">How images are read, the batch size, the device and the dtype.</param>
    /// <param name="cancellationToken">Cancels a download, and the computation between batches.</param>
    /// <param name="seed">The seed of random weights.</param>
    public static StageFeatures Of(PretrainedBackbone backbone, IDatasetSource images, TrainerOptions fit, CancellationToken cancellationToken, long seed = 0)
    {
        Backbone opened = BackboneLoader.OpenForFeatures(backbone, fit.WeightsStore, cancellationToken, seed);
        using var network = new InferenceNetwork([opened], fit.EvaluationPreprocessing, fit.Reader, fit.Device, fit.Precision); // takes it over
        long start = fit.TimeProvider.GetTimestamp();
        double[][][]? values = null;
        int row = 0;
        foreach (double[][] image in network.ComputeMany(network, EncodedImage.Of(images), fit.BatchSize, Compute))
        {
            cancellationToken.ThrowIfCancellationRequested();
            values ??= [.. image.Select(_ => new double[images.Samples.Count][])];
            foreach ((int stage, double[] features) in image.Index())
                values[stage][row] = features;
            row++;
        }
        string[] names = [.. opened.Info.Stages.Select(stage => stage.Name).SkipLast(1)];
        return new StageFeatures(names, values!, fit.TimeProvider.GetElapsedTime(start));
    }

    private static double[][][] Compute(IReadOnlyList<Backbone> networks, Tensor images, string[] names)
    {
        Backbone backbone = networks[0];
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
