using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TransferLearning.FeatureStorage;

/// <summary>The SHA-256 of a picture's encoded file: the same picture under any name, in any data set.</summary>
internal readonly record struct PictureHash
{
    public const int Bytes = 32;

    private readonly UInt128 _first;
    private readonly UInt128 _last;

    private PictureHash(ReadOnlySpan<byte> hash)
    {
        _first = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _last = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    /// <summary>The hash of a file's bytes.</summary>
    public static PictureHash Of(ReadOnlySpan<byte> encodedFile)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(encodedFile, hash);
        return new PictureHash(hash);
    }

    /// <summary>The hash that <see cref="CopyTo"/> wrote.</summary>
    public static PictureHash Read(ReadOnlySpan<byte> hash) => new(hash);

    /// <summary>Writes the 32 bytes in the order of their usual spelling.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _last);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Bytes];
        CopyTo(hash);
        return Convert.ToHexStringLower(hash);
    }
}
