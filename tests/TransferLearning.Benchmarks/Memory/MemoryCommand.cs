using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Memory;

internal static class MemoryCommand
{
    public const string ChildName = "memory-child";

    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> batchSize = CommonOptions.BatchSize();
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("memory", "The peak of memory of fine-tuning, each side in a process of its own.") { batchSize, json };
        workload.AddTo(command);
        command.SetAction(arguments => MemoryBenchmark.Run(workload.Read(arguments), arguments.GetValue(batchSize), arguments.GetValue(json)?.FullName));
        return command;
    }

    public static Command CreateChild()
    {
        var workload = new WorkloadOptions();
        var side = new Argument<Side>("side");
        Option<int> batchSize = CommonOptions.BatchSize();

        var command = new Command(ChildName) { side, batchSize };
        command.Hidden = true;
        workload.AddTo(command);
        command.SetAction(arguments => MemoryBenchmark.RunChild(arguments.GetValue(side), workload.Read(arguments), arguments.GetValue(batchSize)));
        return command;
    }
}
