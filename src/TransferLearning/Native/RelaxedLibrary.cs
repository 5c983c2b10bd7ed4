using TransferLearning.Native.Elf;

namespace TransferLearning.Native;

/// <summary>Frees a library of a requirement that it makes but does not use.</summary>
/// <remarks>
/// A compiler newer than the system's leaves in every C++ library a mark of its own version (in GCC 13
/// std::ios_base_library_init of GLIBCXX_3.4.32), which nothing refers to; yet the loader refuses the whole library.
/// Marked weak (VER_FLG_WEAK), the loader passes over the version. Only versions of the C++ library that the
/// system's lacks are marked, and none through which a symbol is really looked up: such a lookup would end the process.
/// </remarks>
internal static class RelaxedLibrary
{
    private const byte Weak = 2;

    /// <summary>Marks the versions that the system lacks; null where it lacks none.</summary>
    /// <param name="name">The library's file name.</param>
    /// <param name="content">Its content; left as it is.</param>
    /// <param name="system">What the system offers.</param>
    /// <exception cref="TorchUnavailableException">A symbol of such a version is in use.</exception>
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

/// <summary>The system's C++ library, in the version that this process has loaded.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Versions">The symbol versions that it offers.</param>
internal sealed record StandardLibrary(string Path, IReadOnlySet<string> Versions)
{
    /// <summary>The name by which other libraries require it.</summary>
    public const string Name = "libstdc++.so.6";

    /// <summary>Finds it; null before anything that needs it is loaded.</summary>
    /// <exception cref="ElfFormatException">The file is damaged.</exception>
    public static StandardLibrary? Find()
    {
        // A line of the memory map: addresses, rights, offset, device and inode, and from the first slash on the file.
        string? path = File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains('/'))
            .Select(line => line[line.IndexOf('/')..])
            .FirstOrDefault(file => System.IO.Path.GetFileName(file).StartsWith(Name));
        return path is null ? null : new StandardLibrary(path, ElfVersions.OfferedBy(new ElfImage(File.ReadAllBytes(path))));
    }
}
