using System.Text.Json;
using Spectre.Console;
using TorchSharp;
using TransferLearning.Benchmarks.Machine;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Native;

namespace TransferLearning.Benchmarks.Reporting;

/// <summary>One run of a command: a cache of its own, the machine as it was, whether it was quiet, and the JSON file at the end.</summary>
internal sealed class Session : IDisposable
{
    private const double QuietBelow = 0.5; // cores busy with the work of others
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly TemporaryCache _cache = new(); // before any use of the library, which keeps its native part there
    private readonly MachineDescription _machine;
    private readonly ProcessorUse _start;

    public Session(int? threads)
    {
        TorchRuntime.EnsureAvailable();
        if (threads is int count)
            torch.set_num_threads(count);
        _machine = MachineDescription.OfThisOne();
        WarnIfBusy("This machine is not quiet", ProcessorUse.OfOthersDuring(TimeSpan.FromSeconds(1)));
        _start = ProcessorUse.Now();
    }

    public TemporaryCache Cache => _cache;

    /// <summary>Writes everything as JSON where a file is asked for.</summary>
    public void Finish(string? jsonFile, object settings, object results)
    {
        double? busyElsewhere = _start.OfOthersUntil(ProcessorUse.Now());
        WarnIfBusy("This machine was not quiet meanwhile", busyElsewhere);
        if (jsonFile is not null)
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(new { Machine = _machine, CoresBusyElsewhere = busyElsewhere, Settings = settings, Results = results }, _json));
    }

    public void Dispose() => _cache.Dispose();

    private static void WarnIfBusy(string observation, double? coresBusyElsewhere)
    {
        if (coresBusyElsewhere > QuietBelow)
            AnsiConsole.MarkupLineInterpolated($"[yellow]{observation}: other work kept {coresBusyElsewhere:0.0} cores busy. Ratios bear that better than times; trust neither far.[/]");
    }
}
