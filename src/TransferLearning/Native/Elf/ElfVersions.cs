namespace TransferLearning.Native.Elf;

/// <summary>The symbol versions that a library requires and defines (Linux Standard Base, "Symbol Versioning").</summary>
internal static class ElfVersions
{
    /// <summary>The required versions, in file order.</summary>
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

    /// <summary>The names of the defined versions.</summary>
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

    // Each link is a positive offset from its entry, so a damaged chain ends at the end of the file.
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

/// <summary>A required symbol version.</summary>
/// <param name="Library">The library that must define it: "libstdc++.so.6".</param>
/// <param name="Name">The version: "GLIBCXX_3.4.32".</param>
/// <param name="Index">The index by which symbols refer to it.</param>
/// <param name="FlagsOffset">The file offset of its flags; two bytes.</param>
internal sealed record RequiredVersion(string Library, string Name, ushort Index, long FlagsOffset);

/// <summary>The symbols that a library uses.</summary>
internal static class ElfRelocations
{
    private const long WithAddend = (long)ElfDynamicTag.Relocations;
    private const int RelocationSize = 24;
    private const int SymbolSize = 24;
    private const int VersionIndexMask = 0x7FFF;

    /// <summary>A symbol of the given version that has a relocation; null if none has, so that none is ever looked up.</summary>
    /// <exception cref="ElfFormatException">A table is damaged, or its relocations have no addend.</exception>
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
            throw new ElfFormatException($"Its {size} is {bytes}, but the file has {image.Bytes.Length} bytes.");

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
