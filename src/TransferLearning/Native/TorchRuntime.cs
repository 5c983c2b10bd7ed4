using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace TransferLearning.Native;

/// <summary>The native library that TorchSharp computes with.</summary>
/// <remarks>
/// <para>
/// On Linux, TorchSharp 0.107 asks for a newer C++ library than Debian 12, Ubuntu 22.04 and RHEL 9 have. From the
/// first use of any type of this assembly on, TorchSharp works there too, through a copy of its library that is
/// adapted once and kept in the cache folder: $TRANSFERLEARNING_CACHE/native, by default
/// ~/.cache/transferlearning/native. Where the library loads by itself, nothing is changed or written.
/// </para>
/// <para>
/// Where the library cannot be loaded, a failed start of TorchSharp alone would copy all native files that it finds
/// among the NuGet packages, half a gigabyte, into the application's folder. From the same moment on, that does not
/// happen: <see cref="EnsureAvailable"/> decides before TorchSharp starts, and code that uses TorchSharp directly gets
/// a <see cref="TypeInitializationException"/> around the same <see cref="TorchUnavailableException"/>. Not covered:
/// code that uses TorchSharp before anything of this assembly; an application that registers a
/// <see cref="DllImportResolver"/> of its own for TorchSharp; and scripts and notebooks, which load TorchSharp out of
/// its package folder and rely on that copying.
/// </para>
/// <para>
/// The AppContext switch TransferLearning.AdaptTorchLibrary, set to false before TorchSharp is first used, turns all of this off.
/// </para>
/// </remarks>
public static class TorchRuntime
{
    private static volatile bool _available;

    /// <summary>Loads the native library, or says why it cannot be loaded. Safe on any thread; after the first success it costs nothing.</summary>
    /// <exception cref="TorchUnavailableException">
    /// No backend package is referenced, the system is not supported or too old, or the cache folder cannot be written.
    /// </exception>
    public static void EnsureAvailable()
    {
        if (_available)
            return;

        TorchLibraryResolver.LoadOrThrow();
        Prove();
        _available = true;
    }

    [ModuleInitializer]
    internal static void Attach() => TorchLibraryResolver.Attach();

    private static void Prove()
    {
        try
        {
            _ = torch.get_num_threads();
        }
        catch (Exception failure) when (failure is TypeInitializationException or EntryPointNotFoundException)
        {
            // A type whose start has failed once stays unusable in .NET, even where its cause is gone by now.
            string reason = failure.GetBaseException().Message.Split('\n')[0].Trim();
            throw new TorchUnavailableException($"TorchSharp did not start in this process: {reason}", failure);
        }
    }
}
