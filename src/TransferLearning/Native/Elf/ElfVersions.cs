namespace TransferLearning.Native.Elf;

/// <summary>Which symbol versions a library requires of others, and which it offers (Linux Standard Base, "Symbol Versioning").</summary>
internal static class ElfVersions
{
    /// <summary>What the library requires, in file order; empty where it requires no versions.</summary>
    /// <exception cref="ElfFormatException">The table is damaged.</exception>
    public static IReadOnlyList<RequiredVersion> RequiredBy(ElfImage image)
    {
        var versions = new List<RequiredVersion>();
        foreach (long library in Chain(image, ElfDynamicTag.RequiredVersions, ElfDynamicTag.RequiredVersionCount, nextAt: 12))
        {
            string file = image.Name(image.Bytes.UInt32(library + 4));
            ushort count = image.Bytes.UInt16(library + 2);
            long entry = library + image.Bytes.UInt32(library + 8);
            foreach (long version in Chain(image.Bytes, entry, count, nextAt: 12))
            {
                string name = image.Name(image.Bytes.UInt32(version + 8));
                versions.Add(new RequiredVersion(file, name, image.Bytes.UInt16(version + 6), version + 4));
            }
        }
        return versions;
    }

    /// <summary>The names of the versions that the library offers.</summary>
    /// <exception cref="ElfFormatException">The table is damaged.</exception>
    public static IReadOnlySet<string> OfferedBy(ElfImage image)
    {
        var names = new HashSet<string>();
        foreach (long version in Chain(image, ElfDynamicTag.DefinedVersions, ElfDynamicTag.DefinedVersionCount, nextAt: 16))
        {
            long name = version + image.Bytes.UInt32(version + 12);
            names.Add(image.Name(image.Bytes.UInt32(name)));
        }
        return names;
    }

    private static IEnumerable<long> Chain(ElfImage image, ElfDynamicTag table, ElfDynamicTag count, int nextAt) =>
        image.Find(table) is null ? [] : Chain(image.Bytes, image.OffsetOf(table), image.Find(count) ?? 0, nextAt);

    // Each link is a positive distance from its entry, so that the walk ends at the latest with the file.
    private static IEnumerable<long> Chain(ElfBytes bytes, long first, long count, int nextAt)
    {
        long entry = first;
        for (long i = 0; i < count; i++)
        {
            yield return entry;
            uint next = bytes.UInt32(entry + nextAt);
            if (next == 0)
                yield break;
            entry += next;
        }
    }
}

/// <summary>One entry of a library's version requirements.</summary>
/// <param name="Library">The library that must offer it: "libstdc++.so.6".</param>
/// <param name="Name">The version: "GLIBCXX_3.4.32".</param>
/// <param name="Index">The number by which symbols refer to it.</param>
/// <param name="FlagsOffset">Where its flags lie in the file; two bytes.</param>
internal sealed record RequiredVersion(string Library, string Name, ushort Index, long FlagsOffset);

/// <summary>Where a library's code and data refer to symbols of others.</summary>
internal static class ElfRelocations
{
    private const long WithAddend = (long)ElfDynamicTag.Relocations;
    private const int RelocationSize = 24;
    private const int SymbolSize = 24;
    private const int VersionIndexMask = 0x7FFF;

    /// <summary>A symbol of the given version that something in the library refers to; null where nothing does, so that none is ever looked up.</summary>
    /// <exception cref="ElfFormatException">A table is damaged, or of a kind that x86-64 does not use.</exception>
    public static string? FirstSymbolInUse(ElfImage image, ushort version)
    {
        bool otherKind = image.Find(ElfDynamicTag.RelocationsWithoutAddend) is not null ||
            image.Find(ElfDynamicTag.PltRelocationKind) is not (null or WithAddend);
        if (otherKind)
            throw new ElfFormatException("Its relocations have no addend, which 64-bit x86 does not use.");

        return FirstSymbolInUse(image, version, ElfDynamicTag.Relocations, ElfDynamicTag.RelocationsSize)
            ?? FirstSymbolInUse(image, version, ElfDynamicTag.PltRelocations, ElfDynamicTag.PltRelocationsSize);
    }

    private static string? FirstSymbolInUse(ElfImage image, ushort version, ElfDynamicTag table, ElfDynamicTag size)
    {
        if (image.Find(table) is null)
            return null;

        long first = image.OffsetOf(table);
        long bytes = image.Find(size) ?? throw new ElfFormatException($"Its dynamic table has {table} but no {size}.");
        if (bytes < 0 || bytes > image.Bytes.Length)
            throw new ElfFormatException($"Its {size} is {bytes}; the file has {image.Bytes.Length} bytes.");

        for (long relocation = first; relocation < first + bytes; relocation += RelocationSize)
        {
            uint symbol = image.Bytes.UInt32(relocation + 12);
            if (symbol != 0 && VersionOf(image, symbol) == version)
                return image.Name(image.Bytes.UInt32(image.OffsetOf(ElfDynamicTag.SymbolTable) + (long)symbol * SymbolSize));
        }
        return null;
    }

    private static int VersionOf(ElfImage image, uint symbol) =>
        image.Bytes.UInt16(image.OffsetOf(ElfDynamicTag.SymbolVersions) + (long)symbol * sizeof(ushort)) & VersionIndexMask;
}
