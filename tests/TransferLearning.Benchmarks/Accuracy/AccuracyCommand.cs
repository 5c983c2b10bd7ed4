using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Accuracy;

internal static class AccuracyCommand
{
    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> seeds = CommonOptions.Count("--seeds", "How many seeds, from 0 on.", 5);
        Option<int> epochs = CommonOptions.Epochs();
        Option<FileInfo?> json = CommonOptions.Json();

        var approach = new Option<string>("--approach") { Description = "Views and precision on fixed features, or precision in fine-tuning.", DefaultValueFactory = _ => AccuracyVariants.Features };
        approach.AcceptOnlyFromAmong(AccuracyVariants.Features, AccuracyVariants.FineTuning);

        var command = new Command("accuracy", "The best validation accuracy of several ways to train, over seeds.") { approach, seeds, epochs, json };
        workload.AddTo(command);
        command.SetAction(arguments => AccuracyBenchmark.Run(
            workload.Read(arguments), arguments.GetValue(approach)!, arguments.GetValue(seeds), arguments.GetValue(epochs), arguments.GetValue(json)?.FullName));
        return command;
    }
}
