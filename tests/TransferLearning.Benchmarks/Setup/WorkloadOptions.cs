using System.CommandLine;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>The options that say a <see cref="Workload"/>.</summary>
internal sealed class WorkloadOptions
{
    private readonly Option<DirectoryInfo> _data = CommonOptions.Data();
    private readonly Option<string> _backbone = new("--backbone") { DefaultValueFactory = _ => "resnet18" };
    private readonly Option<FileInfo> _weights = new Option<FileInfo>("--weights") { Description = "A weights file; absent: random weights, which cost as much time." }.AcceptExistingOnly();
    private readonly Option<int?> _threads = new("--threads") { Description = "The threads that torch computes with, on both sides." };
    private readonly Option<string> _device = new("--device") { Description = "The device of the network, on both sides.", DefaultValueFactory = _ => "cpu" };

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_backbone);
        command.Add(_weights);
        command.Add(_threads);
        command.Add(_device);
    }

    public Workload Read(ParseResult arguments) => new(
        arguments.GetValue(_data)!.FullName,
        arguments.GetValue(_backbone)!,
        arguments.GetValue(_weights)?.FullName,
        arguments.GetValue(_threads),
        arguments.GetValue(_device)!);
}
