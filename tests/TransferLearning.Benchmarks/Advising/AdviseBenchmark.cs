using Spectre.Console;
using TransferLearning.Advice;
using TransferLearning.Benchmarks.Recipes;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Published;
using TransferLearning.Training;

namespace TransferLearning.Benchmarks.Advising;

/// <summary>What to do.</summary>
internal sealed record AdvisePlan(string Shared, string[] Sets, string[] Networks, bool Check, int Folds, int MostFolds, int Epochs, int? Threads, string Results);

/// <summary>Asks the advisor, and compares its answer with fits by all policies.</summary>
internal static class AdviseBenchmark
{
    public static void Run(AdvisePlan plan)
    {
        using var cache = new TemporaryCache();
        List<AdviseCell> cells = AdviseCell.ReadAll(plan.Results);
        foreach (string set in plan.Sets)
        {
            foreach (string name in plan.Networks)
            {
                foreach ((int index, DatasetSplit fold) in AdviseSet.Open(set, plan.Shared, plan.Folds).Take(plan.MostFolds).Index())
                    Fold(plan, cache, cells, set, name, index + 1, fold);
                if (plan.Check)
                    Show([.. cells.Where(cell => (cell.Set, cell.Network, cell.Epochs) == (set, name, plan.Epochs))], set, name);
            }
        }
    }

    private static void Fold(AdvisePlan plan, TemporaryCache cache, List<AdviseCell> cells, string set, string name, int number, DatasetSplit images)
    {
        TrainingPolicy[] open = [.. TrainingPolicy.All.Where(policy => !cells.Exists(cell => cell.Key == (set, name, number, plan.Epochs, policy.Name)))];
        if (open.Length == 0)
            return;
        PretrainedBackbone network = RecipesCommand.Open(name, Path.Combine(plan.Shared, "weights"));
        TrainerOptions fit = TrainerOptions.ForFineTuning(network, images) with { Epochs = plan.Epochs, TorchThreads = plan.Threads };
        cache.Empty();
        TrainingAdvice advice = TrainingAdvisor.Recommend(images, network, new AdvisorOptions { Fit = fit });
        Console.WriteLine($"--- {set}, fold {number}\n{advice}");
        if (!plan.Check)
            return;
        foreach (TrainingPolicy policy in open)
        {
            cache.Empty(); // no policy lives on another's features
            using CrossValidationResult result = CrossValidation.Run([images], split => new Trainer(policy.Apply(fit with { Data = split })));
            FoldResult fold = result.Folds[0];
            Evaluation last = fold.LastEvaluation ?? fold.Evaluation;
            int[] hits = [.. last.Predictions.Zip(last.Samples, (prediction, sample) =>
                prediction.Label == images.Classes[sample.ClassIndex] ? 1 : 0)];
            double estimate = advice.Estimates.Single(entry => entry.Policy == policy).Duration.TotalSeconds;
            var cell = new AdviseCell(
                set, name, number, plan.Epochs, policy.Name, policy == advice.Policy, hits, Math.Round(fold.Duration.TotalSeconds, 1), Math.Round(estimate, 1));
            cell.AppendTo(plan.Results);
            cells.Add(cell);
            Console.WriteLine(FormattableString.Invariant($"{policy}: {cell.Accuracy:P1}, {cell.Seconds} s, estimated {cell.Estimate} s"));
        }
    }

    private static void Show(IReadOnlyList<AdviseCell> cells, string set, string name)
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
                policy.Key, $"{policy.Count(cell => cell.Recommended)} of {policy.Count()}",
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
}
