using System.Runtime.InteropServices;
using TransferLearning.Native;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Native;

[Collection(Alone.Name)]
public sealed class NativeHeapTests
{
    [SkippableFact]
    public void KeepFreedMemory_WhileKept_TakesABlockTwiceWithoutNewPages()
    {
        RequireGnu();
        using IDisposable kept = NativeHeap.KeepFreedMemory();
        HeapUser.Touch();

        long before = PageFaults();
        HeapUser.Touch();

        Assert.InRange(PageFaults() - before, 0, HeapUser.Block / Environment.SystemPageSize / 2);
    }

    [SkippableFact]
    public async Task KeepFreedMemory_OnceAllKeepersAreGone_GivesBlocksBack()
    {
        RequireGnu();

        (_, string output, string error) = await DotnetProcess.OfTheTests(["heap"]);

        Assert.Equal("", error);
        long[] resident = [.. output.Split(' ').Select(long.Parse)];
        Assert.InRange(resident[0] - resident[1], HeapUser.Block / 2, 2 * HeapUser.Block);
    }

    [SkippableFact]
    public async Task KeepFreedMemory_WhereTheApplicationOptsOut_KeepsNothing()
    {
        RequireGnu();

        (_, string output, string error) = await DotnetProcess.OfTheTests(["heap", "off"]);

        Assert.Equal("", error);
        long[] resident = [.. output.Split(' ').Select(long.Parse)];
        Assert.InRange(resident[0] - resident[1], -HeapUser.Block / 4, HeapUser.Block / 4);
    }

    private static void RequireGnu() =>
        Skip.IfNot(OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint _), "Only the GNU C library is asked to keep memory.");

    private static long PageFaults() => long.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[9]);
}
