using System.CommandLine;
using Spectre.Console;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>An epoch of fine-tuning with TrivialAugment beside one with crop and flip.</summary>
internal static class AugmentedEpochCommand
{
    private const int Side = 224;
    private const int BatchSize = 16;

    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> rounds = CommonOptions.Rounds(5);
        var command = new Command("augmented-epoch", "How much longer an epoch of fine-tuning takes with TrivialAugment than with crop and flip.") { rounds };
        workload.AddTo(command);
        command.SetAction(arguments => Run(workload.Read(arguments), arguments.GetValue(rounds)));
        return command;
    }

    private static void Run(Workload workload, int rounds)
    {
        Measurement[] seconds = Interleaved.Medians(
            "epoch", rounds,
            Epoch(workload, images => images.RandomResizedCrop(Side).RandomHorizontalFlip()),
            Epoch(workload, images => images.RandomResizedCrop(Side).RandomHorizontalFlip().TrivialAugmentWide()));
        double[] longer = [.. seconds[0].Rounds.Zip(seconds[1].Rounds, (plain, augmented) => 100 * (augmented / plain - 1))];
        AnsiConsole.WriteLine(FormattableString.Invariant(
            $"crop and flip {seconds[0].Value:0.00} s, with TrivialAugment {seconds[1].Value:0.00} s; in the median round {Statistics.Quantile(longer, 0.5):+0.0;-0.0} %, in all {longer.Min():+0.0;-0.0} to {longer.Max():+0.0;-0.0} %"));
    }

    private static Func<double> Epoch(Workload workload, Func<TransformPipeline, TransformPipeline> compose)
    {
        Trainer trainer = Trainer.FineTune(workload.Network()).StartFromRandomHead().Freeze(FreezePolicy.Nothing).On(workload.Photographs())
            .For(epochs: 2, BatchSize).Augment(compose).RunOn(torchThreads: workload.Threads).Build();
        return () =>
        {
            using TrainingResult result = trainer.Fit();
            return result.Last.Duration.TotalSeconds; // the first epoch decodes what later ones find in memory
        };
    }
}
