using System.Diagnostics;
using Spectre.Console;
using TransferLearning.Advice;
using TransferLearning.Benchmarks.Recipes;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Published;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Benchmarks.Advising;

/// <summary>What to do.</summary>
internal sealed record AdvisePlan(string Shared, string[] Sets, string[] Networks, bool Check, int Folds, int MostFolds, int Epochs, int? Threads, string Results);

/// <summary>Asks the advisor, and compares its answer with fits by all policies.</summary>
internal static class AdviseBenchmark
{
    private const int ValidatedEach = 5;

    public static void Run(AdvisePlan plan)
    {
        using var cache = new TemporaryCache();
        List<AdviseCell> cells = AdviseCell.ReadAll(plan.Results);
        foreach (string set in plan.Sets)
        {
            foreach (string name in plan.Networks)
            {
                var advised = new List<TrainingPolicy>();
                foreach ((int index, DatasetSplit fold) in AdviseSet.Open(set, plan.Shared, plan.Folds).Take(plan.MostFolds).Index())
                    advised.Add(Fold(plan, cache, cells, set, name, index + 1, fold));
                if (plan.Check)
                    Show([.. cells.Where(cell => (cell.Set, cell.Network, cell.Epochs) == (set, name, plan.Epochs))], advised, set, name);
            }
        }
    }

    private static TrainingPolicy Fold(AdvisePlan plan, TemporaryCache cache, List<AdviseCell> cells, string set, string name, int number, DatasetSplit images)
    {
        PretrainedBackbone network = RecipesCommand.Open(name, Path.Combine(plan.Shared, "weights"));
        DatasetSplit fitted = WithFewValidated(images);
        TrainerOptions fit = TrainerOptions.ForFineTuning(network, fitted) with { Epochs = plan.Epochs, TorchThreads = plan.Threads };
        cache.Empty();
        long start = Stopwatch.GetTimestamp();
        TrainingAdvice advice = TrainingAdvisor.Recommend(fitted, network, new AdvisorOptions { Fit = fit });
        Console.WriteLine($"--- {set}, {name}, fold {number}\n{advice}");
        Console.WriteLine(FormattableString.Invariant($"advice took {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
        if (!plan.Check)
            return advice.Policy;
        foreach (TrainingPolicy policy in TrainingPolicy.All)
        {
            if (cells.Exists(cell => cell.Key == (set, name, number, plan.Epochs, policy.Name)))
                continue;
            cache.Empty(); // no policy lives on another's features
            (int[] hits, double seconds) = Fit(policy.Apply(fit), images.Validation);
            double estimate = advice.Estimates.Single(entry => entry.Policy == policy).Duration.TotalSeconds;
            var cell = new AdviseCell(set, name, number, plan.Epochs, policy.Name, hits, Math.Round(seconds, 2), Math.Round(estimate, 2));
            cell.AppendTo(plan.Results);
            cells.Add(cell);
            Console.WriteLine(FormattableString.Invariant($"{policy}: {cell.Accuracy:P1}, {cell.Seconds} s, estimated {cell.Estimate} s"));
        }
        return advice.Policy;
    }

    // What is held out takes no part in a fit, and is predicted by the model of the last epoch; a few of it are validated after each epoch, as users do.
    private static DatasetSplit WithFewValidated(DatasetSplit images) => new(images.Training, new Subset(images.Validation, images.Validation.Samples.Index()
        .GroupBy(entry => entry.Item.ClassIndex, entry => entry.Index).SelectMany(members => members.Take(ValidatedEach))));

    private static (int[] Hits, double Seconds) Fit(TrainerOptions options, IDatasetSource heldOut)
    {
        var last = new LastModel();
        try
        {
            using TrainingResult result = new Trainer(options with { Observers = [() => last] }).Fit();
            using Predictor model = Predictor.Load(last.File, new PredictorOptions { Backbone = options.Backbone });
            Evaluation evaluation = model.Evaluate(heldOut);
            int[] hits = [.. evaluation.Predictions.Zip(evaluation.Samples, (prediction, sample) => prediction.ClassIndex == sample.ClassIndex ? 1 : 0)];
            return (hits, result.Duration.TotalSeconds);
        }
        finally
        {
            File.Delete(last.File);
        }
    }

    private static void Show(IReadOnlyList<AdviseCell> cells, IReadOnlyList<TrainingPolicy> advised, string set, string name)
    {
        if (cells.Count == 0)
            return;
        Table table = new Table { Title = new TableTitle($"{set}, {name}") }
            .AddColumns("policy", "recommended", "accuracy at the last epoch", "less the best, paired", "seconds", "estimate / time");
        ILookup<string, AdviseCell> byPolicy = cells.ToLookup(cell => cell.Policy);
        int[] best = byPolicy.Select(Hits).MaxBy(hits => hits.Average())!;
        foreach (IGrouping<string, AdviseCell> policy in byPolicy)
        {
            int[] hits = Hits(policy);
            var interval = new WilsonInterval(hits.Sum(), hits.Length);
            double[] differences = hits.Length == best.Length ? [.. hits.Zip(best, (mine, other) => (double)mine - other)] : [];
            table.AddRow(
                policy.Key, $"{advised.Count(other => other.Name == policy.Key)} of {advised.Count}",
                FormattableString.Invariant($"{hits.Average():P1} ({interval.Low:P1} to {interval.High:P1})"), Difference(differences),
                FormattableString.Invariant($"{policy.Average(cell => cell.Seconds):0.0}"),
                FormattableString.Invariant($"{policy.Average(cell => cell.Estimate) / policy.Average(cell => cell.Seconds):0.00}"));
        }
        AnsiConsole.Write(table);

        static int[] Hits(IEnumerable<AdviseCell> cells) => [.. cells.OrderBy(cell => cell.Fold).SelectMany(cell => cell.Hits)];
    }

    private static string Difference(double[] differences)
    {
        if (differences.Length < 2)
            return "";
        double mean = differences.Average();
        double deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (differences.Length - 1));
        return FormattableString.Invariant($"{100 * mean:0.0} ± {196 * deviation / Math.Sqrt(differences.Length):0.0} points");
    }

    private sealed class LastModel : ITrainingObserver
    {
        public string File { get; } = Path.GetTempFileName();

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            if (epoch.Epoch == run.Options.Epochs)
                run.SaveModel(File);
        }
    }
}
