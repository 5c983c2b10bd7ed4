using System.Runtime.InteropServices;
using TorchSharp;
using TransferLearning.Runtime;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Runtime;

[Collection(Alone.Name)]
public sealed class NativeHeapTests
{
    private const int Block = 48 << 20; // above what the GNU library ever keeps by itself

    [SkippableFact]
    public void KeepFreedMemory_WhileKept_TakesABlockTwiceWithoutNewPages()
    {
        RequireGnu();
        using IDisposable kept = NativeHeap.KeepFreedMemory();
        Touch(Block);

        long before = PageFaults();
        Touch(Block);

        Assert.InRange(PageFaults() - before, 0, Block / Environment.SystemPageSize / 2);
    }

    [SkippableFact]
    public void KeepFreedMemory_OnceAllKeepersAreGone_GivesBlocksBack()
    {
        RequireGnu();
        IDisposable first = NativeHeap.KeepFreedMemory();
        IDisposable second = NativeHeap.KeepFreedMemory();
        Touch(Block);
        first.Dispose();
        first.Dispose();
        long whileKept = Resident();
        second.Dispose();

        Assert.True(Resident() < whileKept - (Block / 2), $"{whileKept} bytes were resident, and now {Resident()}.");
    }

    private static void RequireGnu() =>
        Skip.IfNot(OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint _), "Only the GNU C library is asked to keep memory.");

    private static void Touch(int bytes)
    {
        using IDisposable oneThread = TorchThreads.Use(1); // whose page faults are counted
        using torch.Tensor block = torch.ones(bytes, torch.uint8);
    }

    private static long PageFaults() => long.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[9]);

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
