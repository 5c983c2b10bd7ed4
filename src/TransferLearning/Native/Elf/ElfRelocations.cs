namespace TransferLearning.Native.Elf;

/// <summary>Where a library's code and data refer to symbols of others.</summary>
internal static class ElfRelocations
{
    private const long WithAddend = (long)ElfDynamicTag.Relocations;
    private const int RelocationSize = 24;
    private const int SymbolSize = 24;
    private const int VersionIndexMask = 0x7FFF;

    /// <summary>A symbol of the given version which something in the library refers to; null where nothing does, so that the symbol is never looked up.</summary>
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
