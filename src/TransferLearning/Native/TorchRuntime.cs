using System.Runtime.InteropServices;
using TorchSharp;

namespace TransferLearning.Native;

/// <summary>The native library that TorchSharp computes with.</summary>
/// <remarks>
/// <para>
/// On Linux, TorchSharp 0.107 requires a newer C++ library than Debian 12, Ubuntu 22.04 and RHEL 9 have. From the first use of any type
/// of this assembly on, TorchSharp works there too, through an adapted copy of its library that is loaded from memory; see docs/security.md.
/// </para>
/// <para>
/// If the library cannot be loaded, TorchSharp alone would copy all native files that it finds among the NuGet packages, half a gigabyte,
/// into the application's folder. This assembly prevents that: <see cref="EnsureAvailable"/> loads the library before TorchSharp does, and
/// code that uses TorchSharp directly gets a <see cref="TypeInitializationException"/> around the same <see cref="TorchUnavailableException"/>.
/// Not covered: code that uses TorchSharp before anything of this assembly; an application with a <see cref="DllImportResolver"/> of its own
/// for TorchSharp; scripts and notebooks, which load TorchSharp from its package folder and need the copies.
/// </para>
/// <para>The AppContext switch TransferLearning.AdaptTorchLibrary, set to false before TorchSharp is first used, turns this off.</para>
/// </remarks>
public static class TorchRuntime
{
    private static volatile bool _available;

    /// <summary>Loads the native library if that has not happened yet. Thread-safe.</summary>
    /// <exception cref="TorchUnavailableException">No backend package is referenced, or the system is not supported or too old.</exception>
    public static void EnsureAvailable()
    {
        if (_available)
            return;

        TorchLibraryResolver.LoadOrThrow();
        try
        {
            _ = torch.get_num_threads();
            _available = true;
        }
        catch (Exception failure) when (failure is TypeInitializationException or EntryPointNotFoundException)
        {
            // .NET never runs a failed type initializer again, even if its cause is gone.
            string reason = failure.GetBaseException().Message.Split('\n')[0].Trim();
            throw new TorchUnavailableException($"TorchSharp did not start in this process: {reason}", failure);
        }
    }
}
