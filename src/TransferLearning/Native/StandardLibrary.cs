using TransferLearning.Native.Elf;

namespace TransferLearning.Native;

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
