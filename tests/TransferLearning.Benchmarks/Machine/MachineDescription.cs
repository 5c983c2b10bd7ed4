using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace TransferLearning.Benchmarks.Machine;

/// <summary>What numbers depend on beside the code.</summary>
internal sealed record MachineDescription
{
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required bool Avx512BFloat16 { get; init; }

    public required double MemoryGigabytes { get; init; }

    public required string OperatingSystem { get; init; }

    public required string DotNet { get; init; }

    public required string TorchSharp { get; init; }

    public required int TorchThreads { get; init; }

    public required string Date { get; init; }

    /// <summary>Of the last minute, before anything was measured; null where the system has none. A build just before counts too.</summary>
    public required double? LoadAverage { get; init; }

    public static MachineDescription OfThisOne() => new()
    {
        Processor = ProcessorName.Model,
        Cores = Environment.ProcessorCount,
        Avx512BFloat16 = ProcessorName.HasAvx512BFloat16,
        MemoryGigabytes = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        OperatingSystem = RuntimeInformation.OSDescription,
        DotNet = RuntimeInformation.FrameworkDescription,
        TorchSharp = typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
        TorchThreads = torch.get_num_threads(),
        Date = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        LoadAverage = File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null,
    };
}
