namespace TransferLearning.Native.Elf;

/// <summary>The entries of the dynamic table that matter here (System V ABI, and the GNU version extension in the Linux Standard Base).</summary>
internal enum ElfDynamicTag : long
{
    End = 0,
    PltRelocationsSize = 2,
    StringTable = 5,
    SymbolTable = 6,
    Relocations = 7,
    RelocationsSize = 8,
    PltRelocationKind = 20,
    RelocationsWithoutAddend = 17,
    PltRelocations = 23,
    SymbolVersions = 0x6ffffff0,
    DefinedVersions = 0x6ffffffc,
    DefinedVersionCount = 0x6ffffffd,
    RequiredVersions = 0x6ffffffe,
    RequiredVersionCount = 0x6fffffff,
}
