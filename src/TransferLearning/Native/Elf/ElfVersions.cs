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
