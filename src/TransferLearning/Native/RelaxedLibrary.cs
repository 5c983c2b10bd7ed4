using TransferLearning.Native.Elf;

namespace TransferLearning.Native;

/// <summary>Makes a library loadable that requires symbol versions which the system lacks and which it does not use.</summary>
/// <remarks>
/// GCC adds a symbol of its own version to every C++ library (GCC 13: std::ios_base_library_init of GLIBCXX_3.4.32) that nothing refers
/// to, yet the loader refuses the library if the version is missing. The loader ignores a missing version that is marked weak
/// (VER_FLG_WEAK). Only missing versions of the C++ library are marked, and none whose symbols are used: looking one up would end the process.
/// </remarks>
internal static class RelaxedLibrary
{
    private const byte Weak = 2;

    /// <summary>A copy in which the versions that the system lacks are marked weak; null if it lacks none.</summary>
    /// <param name="name">The library's file name.</param>
    /// <param name="content">Its content; not changed.</param>
    /// <param name="system">The system's C++ library.</param>
    /// <exception cref="TorchUnavailableException">A symbol of a missing version is used.</exception>
    /// <exception cref="ElfFormatException">The library is damaged.</exception>
    public static byte[]? Make(string name, byte[] content, StandardLibrary system)
    {
        var image = new ElfImage(content);
        RequiredVersion[] lacking =
            [.. ElfVersions.RequiredBy(image).Where(version => version.Library == StandardLibrary.Name && !system.Versions.Contains(version.Name))];
        if (lacking.Length == 0)
            return null;

        byte[] relaxed = [.. content];
        foreach (RequiredVersion version in lacking)
        {
            if (ElfRelocations.FirstSymbolInUse(image, version.Index) is { } symbol)
                throw new TorchUnavailableException(
                    $"{name} uses the symbol '{symbol}' of version {version.Name}, which this system's C++ library '{system.Path}' does not have. " +
                    $"Install a newer {StandardLibrary.Name} (package libstdc++6 or libstdc++), or use a newer release of the operating system.");
            relaxed[version.FlagsOffset] |= Weak;
        }
        return relaxed;
    }
}

/// <summary>The C++ library that this process has loaded.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Versions">The symbol versions that it defines.</param>
internal sealed record StandardLibrary(string Path, IReadOnlySet<string> Versions)
{
    /// <summary>The name by which other libraries require it.</summary>
    public const string Name = "libstdc++.so.6";

    /// <summary>Finds it; null if nothing that needs it is loaded.</summary>
    /// <exception cref="ElfFormatException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static StandardLibrary? Find()
    {
        // A line of the memory map: addresses, permissions, offset, device, inode, and the path, which begins at the first slash.
        string? path = File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains('/'))
            .Select(line => line[line.IndexOf('/')..])
            .FirstOrDefault(file => System.IO.Path.GetFileName(file).StartsWith(Name));
        return path is null ? null : new StandardLibrary(path, ElfVersions.OfferedBy(new ElfImage(File.ReadAllBytes(path))));
    }
}
