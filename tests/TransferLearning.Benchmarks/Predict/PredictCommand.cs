using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Predict;

internal static class PredictCommand
{
    public const string ChildName = "first-call-child";

    public static Command Create()
    {
        var workload = new WorkloadOptions();
        Option<int> rounds = CommonOptions.Rounds(3);
        Option<int> photographs = CommonOptions.Count("--photographs", "How many of the validation photographs are predicted, at most.", 128);
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("predict", "Prediction on bare TorchSharp beside this library: latency, throughput, cold start.") { rounds, photographs, json };
        workload.AddTo(command);
        command.SetAction(arguments => PredictBenchmark.Run(
            new PredictSettings(workload.Read(arguments), arguments.GetValue(rounds), arguments.GetValue(photographs)),
            arguments.GetValue(json)?.FullName));
        return command;
    }

    public static Command CreateChild()
    {
        var workload = new WorkloadOptions();
        var side = new Argument<Side>("side");
        var model = new Option<string>("--model") { Required = true };
        var photograph = new Option<string>("--photograph") { Required = true };

        var command = new Command(ChildName) { side, model, photograph };
        command.Hidden = true;
        workload.AddTo(command);
        command.SetAction(arguments => FirstCallChild.Run(arguments.GetValue(side), workload.Read(arguments), arguments.GetValue(model)!, arguments.GetValue(photograph)!));
        return command;
    }
}
