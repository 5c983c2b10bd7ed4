using System.Runtime.InteropServices;

namespace TransferLearning.Native;

/// <summary>A platform that TorchSharp 0.107 has native libraries for.</summary>
/// <param name="Identifier">Its name in package folders: "linux-x64".</param>
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

    /// <exception cref="TorchUnavailableException">There is no such platform.</exception>
    public static NativePlatform Named(string identifier) =>
        _supported.FirstOrDefault(platform => platform.Identifier == identifier) ??
        throw new TorchUnavailableException(
            $"TorchSharp has no native library for {identifier}. It has one for {string.Join(", ", _supported.Select(platform => platform.Identifier))}: run the application there, for example in a linux-x64 container.");

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
