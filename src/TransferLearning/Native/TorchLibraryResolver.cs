using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace TransferLearning.Native;

/// <summary>Answers .NET's question where TorchSharp's native library is, which it asks only after its ordinary search has failed.</summary>
internal static class TorchLibraryResolver
{
    public const string Switch = "TransferLearning.AdaptTorchLibrary";

    private const string LibraryName = "LibTorchSharp";

    [ThreadStatic]
    private static TorchUnavailableException? _failure;

    private static readonly Lazy<bool> _callsAnswered = new(AnswerCalls);

    private static Assembly TorchSharp => typeof(torch).Assembly;

    public static void Attach()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(TorchSharp) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Loads the library without starting TorchSharp.</summary>
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

    // Told that the library is absent, TorchSharp would swallow the reason and start copying packages. A handle of the
    // process itself lets its start go on to the first native call, and there the reason comes out.
    private static nint Postpone() => _callsAnswered.Value ? NativeLibrary.GetMainProgramHandle() : 0;

    private static bool AnswerCalls()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(TorchSharp, (name, _, _) => name == LibraryName ? TorchLibrary.Load() : 0);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // The application has set a resolver of its own, and there can be only one.
        }
    }
}
