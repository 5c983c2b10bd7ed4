using System.Runtime.InteropServices;

namespace TransferLearning.Native;

/// <summary>A platform that TorchSharp 0.107 has native libraries for.</summary>
/// <param name="Identifier">The runtime identifier, such as "linux-x64".</param>
/// <param name="Bridge">TorchSharp's own library.</param>
/// <param name="Libtorch">The library of the backend package.</param>
internal sealed record NativePlatform(string Identifier, string Bridge, string Libtorch)
{
    private static readonly NativePlatform[] _supported =
    [
        new("linux-x64", "libLibTorchSharp.so", "libtorch.so"),
        new("osx-arm64", "libLibTorchSharp.dylib", "libtorch.dylib"),
        new("win-arm64", "LibTorchSharp.dll", "torch.dll"),
        new("win-x64", "LibTorchSharp.dll", "torch.dll"),
    ];

    /// <exception cref="TorchUnavailableException">This process runs on another platform.</exception>
    public static NativePlatform Current => Named($"{OperatingSystemName()}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");

    /// <exception cref="TorchUnavailableException">TorchSharp does not support it.</exception>
    public static NativePlatform Named(string identifier) =>
        _supported.FirstOrDefault(platform => platform.Identifier == identifier) ??
        throw new TorchUnavailableException(
            $"TorchSharp has no native library for {identifier}. It has one for " +
            $"{string.Join(", ", _supported.Select(platform => platform.Identifier))}: run the application there, for example in a linux-x64 container.");

    private static string OperatingSystemName()
    {
        if (OperatingSystem.IsWindows())
            return "win";
        if (OperatingSystem.IsMacOS())
            return "osx";
        bool musl = RuntimeInformation.RuntimeIdentifier.Contains("musl") || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine");
        return musl ? "linux-musl" : OperatingSystem.IsLinux() ? "linux" : RuntimeInformation.OSDescription;
    }
}

/// <summary>The folders of an application's native libraries.</summary>
internal sealed class NativeFolders(IReadOnlyList<string> folders)
{
    /// <summary>The application's folder, its runtimes folder, and the host's search folders.</summary>
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
            "Add a backend package to the application's project: 'dotnet add package TorchSharp-cpu', " +
            "or for NVIDIA GPUs TorchSharp-cuda-linux or TorchSharp-cuda-windows.");

    /// <summary>Whether a folder is that of TorchSharp.dll in a NuGet package, as scripts and notebooks load it: torchsharp/0.107.0/lib/net8.0.</summary>
    public static bool IsPackageFolder(string? folder)
    {
        string[] parts = (folder ?? "").Split(Path.DirectorySeparatorChar);
        return parts.Length >= 4 && parts[^2] == "lib" && parts[^4].Equals("torchsharp", StringComparison.OrdinalIgnoreCase);
    }
}
