using System.Diagnostics;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Published;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>Fits one recipe to one problem.</summary>
internal static class CellFit
{
    /// <summary>The recipe's cell; of fine-tuning also that of its model on each image and its mirror image.</summary>
    public static IEnumerable<Cell> Run(Recipe recipe, string name, PretrainedBackbone network, Problem problem, long seed) =>
        recipe.Kind == Recipe.Head ? [OfHead(recipe, name, network, problem, seed)] : OfNetwork(recipe, name, network, problem, seed);

    // Held-out images are validated beside the inner ones, so that their features are stored too; the epoch is chosen by the inner ones alone.
    private static Cell OfHead(Recipe recipe, string name, PretrainedBackbone network, Problem problem, long seed)
    {
        IDatasetSource training = problem.Images.Training, heldOut = problem.Images.Validation;
        int inner = 0;
        IDatasetSource validation = heldOut;
        if (problem.InnerValidation is double fraction)
        {
            DatasetSplit split = training.Split(fraction, seed);
            (training, inner) = (split.Training, split.Validation.Samples.Count);
            validation = new JoinedSource(split.Validation, heldOut);
        }
        int[] classes = [.. validation.Samples.Select(sample => sample.ClassIndex)];
        var epochs = new EveryEpoch(classes.Length);
        long start = Stopwatch.GetTimestamp();
        using TrainingResult result = recipe.Trainer(network, new DatasetSplit(training, validation)).Seed(seed).Observe(() => epochs).Build().Fit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        int chosen = epochs.Outputs.Select((rows, index) => (Hits: Hits(rows, classes, inner > 0 ? inner : rows.Length), index))
            .MaxBy(epoch => epoch.Hits).index; // the first of the best
        return new Cell(
            problem.Data, name, recipe.Name, problem.Fold, seed, classes[inner..], Probabilities(epochs.Outputs[chosen][inner..]),
            Probabilities(epochs.Outputs[^1][inner..]), result.History[chosen].Epoch, Math.Round(seconds, 1));
    }

    private static IEnumerable<Cell> OfNetwork(Recipe recipe, string name, PretrainedBackbone network, Problem problem, long seed)
    {
        using CrossValidationResult result = CrossValidation.Run(
            [problem.Images], images => recipe.Trainer(network, images).Build(),
            new CrossValidationOptions { Seeds = [seed], InnerValidation = problem.InnerValidation, InnerSeed = seed, KeepModels = true });
        FoldResult fold = result.Folds[0];
        int[] classes = [.. problem.Images.Validation.Samples.Select(sample => sample.ClassIndex)];
        double seconds = Math.Round(fold.Duration.TotalSeconds, 1);
        int epoch = fold.History.Best!.Epoch;
        yield return new Cell(
            problem.Data, name, recipe.Name, problem.Fold, seed, classes, Rows(fold.Evaluation), fold.LastEvaluation is { } last ? Rows(last) : null, epoch, seconds);

        fold.Model!.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
        Evaluation flipped = fold.Model.Evaluate(problem.Images.Validation);
        yield return new Cell(problem.Data, name, $"{recipe.Name}+flip", problem.Fold, seed, classes, Rows(flipped), Last: null, epoch, seconds);
    }

    private static double[][] Rows(Evaluation evaluation) =>
        [.. evaluation.Predictions.Select(prediction => prediction.Probabilities.Select(value => Math.Round(value, 5)).ToArray())];

    private static int Hits(float[][] rows, int[] classes, int count) => Enumerable.Range(0, count).Count(row => Array.IndexOf(rows[row], rows[row].Max()) == classes[row]);

    private static double[][] Probabilities(float[][] rows) => [.. rows.Select(row =>
    {
        double[] powers = [.. row.Select(value => Math.Exp(value - row.Max()))];
        double sum = powers.Sum();
        return powers.Select(value => Math.Round(value / sum, 5)).ToArray();
    })];

    /// <summary>The outputs for every validation image, of every epoch.</summary>
    private sealed class EveryEpoch(int images) : ITrainingObserver
    {
        private float[][] _rows = new float[images][];

        public List<float[][]> Outputs { get; } = [];

        public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run)
        {
            float[] values = [.. outcome.Output.data<float>()];
            int width = values.Length / indices.Count;
            foreach ((int row, int index) in indices.Index())
                _rows[index] = values[(row * width)..((row + 1) * width)];
        }

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            Outputs.Add(_rows);
            _rows = new float[images][];
        }
    }
}
