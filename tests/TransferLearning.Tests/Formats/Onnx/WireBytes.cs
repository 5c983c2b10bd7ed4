namespace TransferLearning.Tests.Formats.Onnx;

/// <summary>Bytes as Protocol Buffers write them, and as nobody should.</summary>
internal static class WireBytes
{
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    /// <summary>A field of a number and a wire type, before its value.</summary>
    public static byte[] Tag(int field, int wire) => Varint((ulong)field << 3 | (uint)wire);

    /// <summary>A message, text or packed list in a field.</summary>
    public static byte[] Field(int field, params byte[][] content)
    {
        byte[] head = [.. Tag(field, 2), .. Varint((ulong)content.Sum(part => (long)part.Length))];
        return Join([head, .. content]);
    }

    public static byte[] Repeat(byte[] part, int count) => Join(Enumerable.Repeat(part, count));

    private static byte[] Join(IEnumerable<byte[]> parts)
    {
        using var bytes = new MemoryStream();
        foreach (byte[] part in parts)
            bytes.Write(part);
        return bytes.ToArray();
    }

    /// <summary>Messages that hold one another, the outermost first.</summary>
    public static byte[] Nest(int depth, params int[] fields)
    {
        byte[] bytes = [];
        for (int level = depth - 1; level >= 0; level--)
            bytes = Field(fields[level % fields.Length], bytes);
        return bytes;
    }
}
