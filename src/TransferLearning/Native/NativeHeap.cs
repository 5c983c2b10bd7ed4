using System.Runtime.InteropServices;

namespace TransferLearning.Native;

/// <summary>
/// Keeps freed tensor memory in the process. By default the GNU C library returns every large block to the system at once,
/// and requests it again, page by page and zeroed, for the next step's tensor of the same size.
/// </summary>
/// <remarks>
/// Source: mallopt(3). Only for the GNU C library. The setting is process-wide; the AppContext switch <see cref="Switch"/> turns it off.
/// </remarks>
internal static partial class NativeHeap
{
    public const string Switch = "TransferLearning.KeepFreedMemory";

    // Parameters of mallopt, and the values that the GNU library itself settles on after a program has freed a block of 32 MiB.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MapMost = -4;
    private const int UsualMapThreshold = 32 << 20;
    private const int UsualTrimThreshold = 64 << 20;
    private const int UsualMapMost = 65536;

    private static readonly Lock _lock = new();
    private static readonly bool _isGnu = OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);

    private static int _keepers;

    /// <summary>Keeps freed memory until the result is disposed; the last one returns it to the system.</summary>
    public static IDisposable KeepFreedMemory()
    {
        if (!_isGnu || (AppContext.TryGetSwitch(Switch, out bool wanted) && !wanted))
            return new Keeper(disposed: true);
        lock (_lock)
        {
            if (_keepers++ == 0)
                Set(mapMost: 0, trimThreshold: int.MaxValue);
        }
        return new Keeper(disposed: false);
    }

    private static void Set(int mapMost, int trimThreshold)
    {
        Mallopt(MapThreshold, UsualMapThreshold); // otherwise setting the trim threshold would fix it at 128 KiB
        Mallopt(MapMost, mapMost);
        Mallopt(TrimThreshold, trimThreshold);
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint kept);

    private sealed class Keeper(bool disposed) : IDisposable
    {
        private bool _disposed = disposed;

        public void Dispose()
        {
            lock (_lock)
            {
                if (_disposed)
                    return;
                _disposed = true;
                if (--_keepers > 0)
                    return;
                Set(UsualMapMost, UsualTrimThreshold);
                MallocTrim(0);
            }
        }
    }
}
