using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Onnx;

internal static class OnnxCommand
{
    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> rounds = CommonOptions.Rounds(3);
        Option<int> photographs = CommonOptions.Count("--photographs", "How many of the validation photographs are predicted, at most.", 128);
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("onnx", "One model in this library and, exported, in ONNX Runtime: latency and throughput.") { rounds, photographs, json };
        workload.AddTo(command);
        command.SetAction(arguments => OnnxBenchmark.Run(
            workload.Read(arguments), arguments.GetValue(rounds), arguments.GetValue(photographs), arguments.GetValue(json)?.FullName));
        return command;
    }
}
