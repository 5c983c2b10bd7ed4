using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Tutorial;

internal static class TutorialCommand
{
    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> batchSize = CommonOptions.BatchSize();
        Option<int> rounds = CommonOptions.Rounds(3);
        Option<int> epochs = CommonOptions.Epochs();
        var noMemory = new Option<bool>("--no-memory") { Description = "Leaves out the peak of memory." };
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("tutorial", "PyTorch's transfer-learning tutorial on bare TorchSharp beside this library, in turn.") { batchSize, rounds, epochs, noMemory, json };
        workload.AddTo(command);
        command.SetAction(arguments => TutorialBenchmark.Run(
            new TutorialSettings(
                workload.Read(arguments),
                arguments.GetValue(batchSize),
                arguments.GetValue(rounds),
                arguments.GetValue(epochs),
                Memory: !arguments.GetValue(noMemory)),
            arguments.GetValue(json)?.FullName));
        return command;
    }
}
