using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Advising;

internal static class AdviseCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> shared = new Option<DirectoryInfo>("--shared") { Description = "The folder of data and weights.", Required = true }.AcceptExistingOnly();
        var sets = new Option<string[]>("--sets")
        {
            Description = "photographs, shapes:EACH:SEED, tiny:CLASSES:EACH:SEED; several.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var networks = new Option<string[]>("--networks")
        {
            Description = "mobilenet_v2, efficientnet_lite0, cifar_resnet20; several.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var check = new Option<bool>("--check") { Description = "Fits by all four policies too, and compares." };
        Option<int> folds = CommonOptions.Count("--folds", "The folds that photographs are split into.", 3);
        Option<int> most = CommonOptions.Count("--most-folds", "How many of them are run.", int.MaxValue);
        Option<int> epochs = CommonOptions.Epochs();
        var threads = new Option<int?>("--threads") { Description = "The threads that torch computes with." };
        var results = new Option<FileInfo>("--results") { Description = "Where finished fits are kept, a line each; continued.", Required = true };

        var command = new Command("advise", "What the advisor says, and whether it is right.") { shared, sets, networks, check, folds, most, epochs, threads, results };
        command.SetAction(arguments => AdviseBenchmark.Run(new AdvisePlan(
            arguments.GetValue(shared)!.FullName, arguments.GetValue(sets)!, arguments.GetValue(networks)!, arguments.GetValue(check),
            arguments.GetValue(folds), arguments.GetValue(most), arguments.GetValue(epochs), arguments.GetValue(threads),
            arguments.GetValue(results)!.FullName)));
        return command;
    }
}
