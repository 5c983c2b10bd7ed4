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

    // Weights that were interpolated at the end have cells of their own, beside those of the weights that training gave.
    private static IEnumerable<Cell> OfNetwork(Recipe recipe, string name, PretrainedBackbone network, Problem problem, long seed)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        bool interpolates = false;
        try
        {
            CrossValidationResult result = CrossValidation.Run(
                [problem.Images], Build,
                new CrossValidationOptions { Seeds = [seed], InnerValidation = problem.InnerValidation, InnerSeed = seed, KeepModels = true });
            using (result)
            {
                FoldResult fold = result.Folds[0];
                using Predictor chosen = Predictor.Load(file, new PredictorOptions { Backbone = network });
                Cell cell = CellOf(recipe.Name, chosen, fold) with { Last = fold.LastEvaluation is { } last ? Rows(last) : null };
                List<Cell> cells = [cell, Flipped(cell, chosen)];
                if (interpolates)
                {
                    Cell between = CellOf($"{recipe.Name}+wise", fold.Model!, fold);
                    cells.AddRange([between, Flipped(between, fold.Model!)]);
                }
                return cells;
            }
        }
        finally
        {
            File.Delete(file);
        }

        Trainer Build(DatasetSplit images)
        {
            Trainer trainer = recipe.Trainer(network, images).Observe(() => new ChosenModel(file)).Build();
            interpolates = trainer.Options.Interpolation is not null;
            return trainer;
        }

        Cell CellOf(string called, Predictor model, FoldResult fold) => new(
            problem.Data, name, called, problem.Fold, seed, [.. problem.Images.Validation.Samples.Select(sample => sample.ClassIndex)],
            Rows(model.Evaluate(problem.Images.Validation)), Last: null, fold.History.Best!.Epoch, Math.Round(fold.Duration.TotalSeconds, 1));

        Cell Flipped(Cell cell, Predictor model)
        {
            model.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
            return cell with { Recipe = $"{cell.Recipe}+flip", Chosen = Rows(model.Evaluate(problem.Images.Validation)), Last = null };
        }
    }

    private static double[][] Rows(Evaluation evaluation) =>
        [.. evaluation.Predictions.Select(prediction => prediction.Probabilities.Select(value => Math.Round(value, 5)).ToArray())];

    private static int Hits(float[][] rows, int[] classes, int count) =>
        Enumerable.Range(0, count).Count(row => Array.IndexOf(rows[row], rows[row].Max()) == classes[row]);

    private static double[][] Probabilities(float[][] rows) => [.. rows.Select(row =>
    {
        double[] powers = [.. row.Select(value => Math.Exp(value - row.Max()))];
        double sum = powers.Sum();
        return powers.Select(value => Math.Round(value / sum, 5)).ToArray();
    })];

    /// <summary>Keeps the model of the chosen epoch in a file, as it was before any interpolation.</summary>
    private sealed class ChosenModel(string file) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            if (run.History.Best == epoch)
                run.SaveModel(file);
        }
    }

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
