using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Native.Elf;

/// <summary>A 64-bit x86 shared library, read as the loader does: by program headers and dynamic table. Section headers may be stripped.</summary>
internal sealed class ElfImage
{
    private const uint Loadable = 1;
    private const uint Dynamic = 2;
    private const ushort MachineX64 = 62;
    private const int ProgramHeaderSize = 56;

    private readonly List<Segment> _segments = [];
    private readonly Dictionary<ElfDynamicTag, long> _dynamic = [];

    /// <exception cref="ElfFormatException">The bytes are not such a library, or are truncated.</exception>
    public ElfImage(byte[] bytes)
    {
        Bytes = new ElfBytes(bytes);
        CheckHeader();
        ReadProgramHeaders();
    }

    public ElfBytes Bytes { get; }

    /// <summary>A value of the dynamic table; null if absent.</summary>
    public long? Find(ElfDynamicTag tag) => _dynamic.TryGetValue(tag, out long value) ? value : null;

    /// <summary>The file offset of a table that the dynamic table gives as an address.</summary>
    /// <exception cref="ElfFormatException">The dynamic table lacks it, or it is in no segment.</exception>
    public long OffsetOf(ElfDynamicTag tag)
    {
        long address = Find(tag) ?? throw new ElfFormatException($"Its dynamic table has no entry {tag}.");
        foreach (Segment segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
                return segment.Offset + (address - segment.Address);
        }
        throw new ElfFormatException($"Its {tag} is at address {address}, which is in no segment.");
    }

    /// <summary>A name from the dynamic string table.</summary>
    public string Name(uint position) => Bytes.Text(OffsetOf(ElfDynamicTag.StringTable) + position);

    private void CheckHeader()
    {
        if (Bytes.UInt32(0) != 0x464C457F)
            throw new ElfFormatException("It is not an ELF file.");
        (byte width, byte order, ushort machine) = (Bytes.Byte(4), Bytes.Byte(5), Bytes.UInt16(18));
        if (width != 2 || order != 1 || machine != MachineX64)
            throw new ElfFormatException($"It is an ELF file of class {width}, byte order {order}, machine {machine}; 64-bit x86 is 2, 1, {MachineX64}.");
    }

    private void ReadProgramHeaders()
    {
        long header = Bytes.Int64(32);
        ushort size = Bytes.UInt16(54);
        ushort count = Bytes.UInt16(56);
        if (size != ProgramHeaderSize)
            throw new ElfFormatException($"Its program headers have {size} bytes each; they must have {ProgramHeaderSize}.");

        Segment? dynamic = null;
        for (int i = 0; i < count; i++, header += size)
        {
            uint kind = Bytes.UInt32(header);
            if (kind is not (Loadable or Dynamic))
                continue;
            Segment segment = ReadSegment(header);
            if (kind == Loadable)
                _segments.Add(segment);
            else
                dynamic = segment;
        }
        ReadDynamicTable(dynamic ?? throw new ElfFormatException("It has no dynamic table, so it is not a shared library."));
    }

    private Segment ReadSegment(long header)
    {
        var segment = new Segment(Bytes.Int64(header + 8), Bytes.Int64(header + 16), Bytes.Int64(header + 32));
        if (segment.Offset < 0 || segment.Size < 0 || segment.Offset > Bytes.Length - segment.Size)
            throw new ElfFormatException($"It has {Bytes.Length} bytes, but a segment of {segment.Size} bytes at {segment.Offset}.");
        return segment;
    }

    private void ReadDynamicTable(Segment table)
    {
        for (long entry = table.Offset; entry < table.Offset + table.Size; entry += 16)
        {
            var tag = (ElfDynamicTag)Bytes.Int64(entry);
            if (tag == ElfDynamicTag.End)
                return;
            _dynamic[tag] = Bytes.Int64(entry + 8);
        }
    }

    private readonly record struct Segment(long Offset, long Address, long Size);
}

/// <summary>A library's bytes, little-endian. Reads outside them throw <see cref="ElfFormatException"/>.</summary>
internal sealed class ElfBytes(byte[] bytes)
{
    public long Length => bytes.Length;

    public byte Byte(long offset) => At(offset, sizeof(byte))[0];

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, sizeof(ushort)));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, sizeof(uint)));

    public long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(At(offset, sizeof(long)));

    public string Text(long offset)
    {
        ReadOnlySpan<byte> rest = At(offset, 0, toEnd: true);
        int end = rest.IndexOf((byte)0);
        return end >= 0
            ? Encoding.UTF8.GetString(rest[..end])
            : throw new ElfFormatException($"The text at byte {offset} is not terminated.");
    }

    private ReadOnlySpan<byte> At(long offset, int count, bool toEnd = false)
    {
        if (offset < 0 || offset > bytes.Length - count)
            throw new ElfFormatException($"It has {bytes.Length} bytes; {count} are needed at {offset}.");
        return toEnd ? bytes.AsSpan((int)offset) : bytes.AsSpan((int)offset, count);
    }
}

/// <summary>Tags of the dynamic table (System V ABI; Linux Standard Base for symbol versions).</summary>
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

/// <summary>A file is not a valid 64-bit x86 shared library.</summary>
internal sealed class ElfFormatException(string message) : Exception(message);
