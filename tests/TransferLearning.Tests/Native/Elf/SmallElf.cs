using System.Text;

namespace TransferLearning.Tests.Native.Elf;

/// <summary>
/// A library of a few hundred bytes that requires versions 1.0 (index 2) and 2.0 (index 3) of libother.so, offers
/// SMALL_1, and has the symbols "used" of version 1.0 and "unused" of version 2.0, the first with a relocation.
/// </summary>
internal static class SmallElf
{
    public const ushort UsedVersion = 2;
    public const ushort UnusedVersion = 3;

    private const int HeaderSize = 64;
    private const int ProgramHeaders = 2 * 56;
    private const int DynamicEntries = 13;
    private const int TablesAt = HeaderSize + ProgramHeaders + DynamicEntries * 16;

    public static byte[] Build()
    {
        byte[] strings = Encoding.UTF8.GetBytes("\0libother.so\01.0\02.0\0used\0unused\0SMALL_1\0");
        uint Name(string text) => (uint)Encoding.UTF8.GetString(strings).IndexOf($"\0{text}\0", StringComparison.Ordinal) + 1;

        byte[] symbols = Bytes(new byte[24], Name("used"), new byte[20], Name("unused"), new byte[20]);
        byte[] symbolVersions = Bytes((ushort)0, UsedVersion, UnusedVersion);
        byte[] required = Bytes(
            (ushort)1, (ushort)2, Name("libother.so"), 16u, 0u,
            0u, (ushort)0, UsedVersion, Name("1.0"), 16u,
            0u, (ushort)0, UnusedVersion, Name("2.0"), 0u);
        byte[] offered = Bytes((ushort)1, (ushort)0, (ushort)1, (ushort)1, 0u, 20u, 0u, Name("SMALL_1"), 0u);
        byte[] relocations = Bytes(0L, 1u | 1L << 32, 0L);

        byte[][] tables = [strings, symbols, symbolVersions, required, offered, relocations];
        long[] at = [.. tables.Select((_, i) => TablesAt + (long)tables.Take(i).Sum(table => table.Length))];
        long size = TablesAt + tables.Sum(table => table.Length);

        byte[] dynamic = Bytes(
            5L, at[0], 6L, at[1], 0x6ffffff0L, at[2], 0x6ffffffeL, at[3], 0x6fffffffL, 1L, 0x6ffffffcL, at[4], 0x6ffffffdL, 1L,
            7L, at[5], 8L, 24L, 23L, at[5], 2L, 24L, 20L, 7L, 0L, 0L);
        byte[] header = Bytes(
            0x464C457F, (byte)2, (byte)1, (byte)1, new byte[9], (ushort)3, (ushort)62, 1u, 0L, (long)HeaderSize, 0L, 0u,
            (ushort)HeaderSize, (ushort)56, (ushort)2, new byte[6]);
        return [.. header, .. ProgramHeader(1, 0, size), .. ProgramHeader(2, HeaderSize + ProgramHeaders, dynamic.Length), .. dynamic, .. tables.SelectMany(table => table)];
    }

    private static byte[] ProgramHeader(uint kind, long offset, long size) => Bytes(kind, 4u, offset, offset, offset, size, size, 8L);

    private static byte[] Bytes(params object[] values) =>
        [.. values.SelectMany(value => value switch
        {
            byte number => [number],
            ushort number => BitConverter.GetBytes(number),
            int number => BitConverter.GetBytes(number),
            uint number => BitConverter.GetBytes(number),
            long number => BitConverter.GetBytes(number),
            byte[] bytes => bytes,
            _ => throw new ArgumentException($"{value.GetType()} has no place in an ELF file."),
        })];
}
