using TorchSharp;
using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

/// <summary>Makes and frees a tensor under two keepers, in a process of its own: in this one, other tests make and free theirs.</summary>
internal static class HeapUser
{
    public const int Block = 48 << 20; // above what the GNU library ever keeps by itself

    /// <summary>The bytes resident while one keeper is left, and after the last is gone.</summary>
    public static string Run()
    {
        IDisposable first = NativeHeap.KeepFreedMemory();
        IDisposable second = NativeHeap.KeepFreedMemory();
        Touch();
        first.Dispose();
        first.Dispose();
        long whileKept = Resident();
        second.Dispose();
        return $"{whileKept} {Resident()}";
    }

    public static void Touch()
    {
        using IDisposable oneThread = TorchThreads.Use(1); // whose page faults are counted
        using torch.Tensor block = torch.ones(Block, torch.uint8);
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
