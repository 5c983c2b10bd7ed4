using Spectre.Console;
using TransferLearning;
using TransferLearning.Metrics;
using TransferLearning.Published;

namespace Quickstart;

/// <summary>What pretraining is worth: heads on the features of one network, with its own weights and with random ones.</summary>
internal static class Comparison
{
    public static void Show(PretrainedBackbone network, int sets, int imagesEach)
    {
        // Sets share no images, neither to learn from nor to be measured on: the numbers are independent, and their intervals Student's.
        DatasetSplit[] images = [.. Enumerable.Range(0, sets).Select(set =>
            new DatasetSplit(training: Drawings.Draw(imagesEach, seed: 2 * set), validation: Drawings.Draw(imagesEach: 8, seed: 2 * set + 1)))];
        double[] pretrained = [.. images.Select((set, seed) => Accuracy(network, set, seed))];
        double[] random = [.. images.Select((set, seed) => Accuracy(network.WithRandomWeights(), set, seed))];

        Table table = new Table().AddColumns("features from", "accuracy, set by set", "mean", "95 % interval");
        AddRow("ImageNet's weights", pretrained);
        AddRow("random weights", random);
        AddRow("difference", [.. pretrained.Zip(random, (first, second) => first - second)]);
        AnsiConsole.Write(table);

        void AddRow(string name, double[] numbers)
        {
            var mean = new CorrectedTTest(numbers, heldOutRatio: 0);
            table.AddRow(name, string.Join("  ", numbers.Select(number => $"{number:P0}")), $"{mean.Mean:P0}", $"{mean.Low:P0} to {mean.High:P0}");
        }
    }

    // A head in closed form, without epochs: nothing is chosen on the images that are reported. So few images need no second thread.
    private static double Accuracy(PretrainedBackbone network, DatasetSplit images, int seed)
    {
        using TrainingResult result = Trainer.SolveHead(network).On(images).Seed(seed).RunOn(torchThreads: 1).Build().Fit();
        return result.Best.Validation[Metric.Accuracy];
    }
}
