using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace TransferLearning.Native;

/// <summary>Resolves TorchSharp's native library for .NET, which asks only after its own search has failed.</summary>
internal static class TorchLibraryResolver
{
    public const string Switch = "TransferLearning.AdaptTorchLibrary";

    private const string LibraryName = "LibTorchSharp";

    [ThreadStatic]
    private static TorchUnavailableException? _failure;

    private static readonly Lazy<bool> _callsResolved = new(ResolveCalls);

    private static Assembly TorchSharp => typeof(torch).Assembly;

    [ModuleInitializer]
    public static void Attach()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(TorchSharp) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Loads the library without initializing TorchSharp.</summary>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    public static void LoadOrThrow()
    {
        _failure = null;
        NativeLibrary.TryLoad(LibraryName, TorchSharp, searchPath: null, out _);
        if (_failure is { } failure)
            throw failure;
    }

    /// <summary>The library's handle; 0 for any other library, and where the AppContext switch <see cref="Switch"/> is off.</summary>
    public static nint Resolve(Assembly requester, string name)
    {
        if (name != LibraryName || requester != TorchSharp || (AppContext.TryGetSwitch(Switch, out bool wanted) && !wanted))
            return 0;
        try
        {
            return TorchLibrary.Load();
        }
        catch (TorchUnavailableException failure)
        {
            if (NativeFolders.IsPackageFolder(Path.GetDirectoryName(requester.Location)))
                return 0;
            _failure = failure;
            return Postpone();
        }
    }

    // If the library were reported as missing, TorchSharp would discard the reason and copy packages. The handle of the main
    // program postpones the failure to the first native call, which throws the reason.
    private static nint Postpone() => _callsResolved.Value ? NativeLibrary.GetMainProgramHandle() : 0;

    private static bool ResolveCalls()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(TorchSharp, (name, _, _) => name == LibraryName ? TorchLibrary.Load() : 0);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // the application has a resolver of its own, and .NET allows only one
        }
    }
}
