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

        var command = new Command("accuracy", "The best validation accuracy of several ways to train, over seeds.") { seeds, epochs, json };
        workload.AddTo(command);
        command.SetAction(arguments => AccuracyBenchmark.Run(
            workload.Read(arguments), arguments.GetValue(seeds), arguments.GetValue(epochs), arguments.GetValue(json)?.FullName));
        return command;
    }
}
