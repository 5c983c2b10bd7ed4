namespace TransferLearning.Native;

/// <summary>The folders in which an application's native libraries lie.</summary>
internal sealed class NativeFolders(IReadOnlyList<string> folders)
{
    /// <summary>Those of this process: the application's own, its runtimes folder, and where the host was told to search.</summary>
    public static NativeFolders Of(NativePlatform platform)
    {
        string application = AppContext.BaseDirectory;
        string[] searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string runtimes = Path.Combine(application, "runtimes", platform.Identifier, "native");
        return new NativeFolders([application, runtimes, .. searched]);
    }

    /// <summary>The full path of a library.</summary>
    /// <exception cref="TorchUnavailableException">No folder has it.</exception>
    public string Require(string library) =>
        folders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists) ??
        throw new TorchUnavailableException(
            $"A native library of TorchSharp is missing: {library} is neither in '{folders[0]}' nor in its runtimes folder. " +
            "Add a backend package to the application's project: 'dotnet add package TorchSharp-cpu', or for NVIDIA GPUs TorchSharp-cuda-linux or TorchSharp-cuda-windows.");

    /// <summary>Whether a folder is that of TorchSharp.dll inside a NuGet package folder, as scripts and notebooks load it: torchsharp/0.107.0/lib/net8.0.</summary>
    public static bool IsPackageFolder(string? folder)
    {
        string[] parts = (folder ?? "").Split(Path.DirectorySeparatorChar);
        return parts.Length >= 4 && parts[^2] == "lib" && parts[^4].Equals("torchsharp", StringComparison.OrdinalIgnoreCase);
    }
}
