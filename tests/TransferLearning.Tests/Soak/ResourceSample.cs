using System.Diagnostics;

namespace TransferLearning.Tests.Soak;

/// <summary>What the process held at a moment.</summary>
internal sealed record ResourceSample(TimeSpan Time, long ResidentBytes, long ManagedBytes, long Tensors, int Handles, int Threads)
{
    public static ResourceSample Take(TimeSpan time, long tensors)
    {
        using var process = Process.GetCurrentProcess();
        return new ResourceSample(
            time, process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), tensors, CountHandles(process), process.Threads.Count);
    }

    // The runtime keeps each assembly open that it loads, and loads them when they are first needed.
    private static int CountHandles(Process process) => OperatingSystem.IsLinux()
        ? Directory.GetFileSystemEntries("/proc/self/fd").Count(link => new FileInfo(link).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true)
        : process.HandleCount;
}
