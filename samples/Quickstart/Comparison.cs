using Spectre.Console;
using TransferLearning;
using TransferLearning.Metrics;
using TransferLearning.Published;

namespace Quickstart;

/// <summary>What pretraining is worth: heads on the features of one network, with ImageNet's weights and with random ones.</summary>
internal static class Comparison
{
    public static void Show(PretrainedBackbone network, int draws, int imagesEach)
    {
        // Each draw has images of its own, to learn from and to be measured on, so that the intervals are Student's.
        DatasetSplit[] images = [.. Enumerable.Range(0, draws).Select(draw =>
            new DatasetSplit(training: Drawings.Draw(imagesEach, seed: 2 * draw), validation: Drawings.Draw(imagesEach: 8, seed: 2 * draw + 1)))];
        double[] pretrained = [.. images.Select((draw, seed) => Accuracy(network, draw, seed))];
        double[] random = [.. images.Select((draw, seed) => Accuracy(network.WithRandomWeights(), draw, seed))];

        Table table = new Table().AddColumns("features from", "accuracy, set by set", "mean", "95 % interval");
        AddRow("ImageNet's weights", pretrained);
        AddRow("random weights", random);
        AddRow("difference", [.. pretrained.Zip(random, (first, second) => first - second)]);
        AnsiConsole.Write(table);

        void AddRow(string name, double[] accuracies)
        {
            var mean = new CorrectedTTest(accuracies, heldOutRatio: 0);
            table.AddRow(name, string.Join("  ", accuracies.Select(accuracy => $"{accuracy:P0}")), $"{mean.Mean:P0}", $"{mean.Low:P0} to {mean.High:P0}");
        }
    }

    // A head in closed form, without epochs: nothing is chosen on the images that are reported.
    private static double Accuracy(PretrainedBackbone network, DatasetSplit images, int seed)
    {
        using TrainingResult result = Trainer.SolveHead(network).On(images).Seed(seed).Build().Fit();
        return result.Best.Validation[Metric.Accuracy];
    }
}
