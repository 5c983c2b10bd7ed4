using System.CommandLine;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Loader;

internal static class LoaderCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> data = CommonOptions.Data();
        Option<int> rounds = CommonOptions.Rounds(5);
        Option<FileInfo?> json = CommonOptions.Json();

        var command = new Command("loader", "Decoding, cropping, flipping and normalising photographs by one thread and by workers.") { data, rounds, json };
        command.SetAction(arguments => LoaderBenchmark.Run(arguments.GetValue(data)!.FullName, arguments.GetValue(rounds), arguments.GetValue(json)?.FullName));
        return command;
    }
}
