using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Loading;

internal static class LoadCommand
{
    public const string ChildName = "load-child";

    public static Command Create()
    {
        Option<string> backbone = Backbone();
        Option<FileInfo> weights = new Option<FileInfo>("--weights") { Description = "A weights file; absent: random weights, as safetensors and as torch.save writes them." }.AcceptExistingOnly();
        Option<int> rounds = CommonOptions.Rounds(15);
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("load", "Opening a network with its weights beside reading their file: time and memory.") { backbone, weights, rounds, json };
        command.SetAction(arguments => LoadBenchmark.Run(
            arguments.GetValue(backbone)!, arguments.GetValue(weights)?.FullName, arguments.GetValue(rounds), arguments.GetValue(json)?.FullName));
        return command;
    }

    public static Command CreateChild()
    {
        var task = new Argument<LoadTask>("task");
        Option<string> backbone = Backbone();
        var weights = new Option<string>("--weights") { Required = true };

        var command = new Command(ChildName) { task, backbone, weights };
        command.Hidden = true;
        command.SetAction(arguments => LoadMemory.RunChild(arguments.GetValue(task), arguments.GetValue(backbone)!, arguments.GetValue(weights)!));
        return command;
    }

    private static Option<string> Backbone() => new("--backbone") { DefaultValueFactory = _ => "resnet50" };
}
