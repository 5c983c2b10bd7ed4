using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TransferLearning.FeatureCache;

/// <summary>The SHA-256 of an image's encoded file, independent of its name and data set.</summary>
internal readonly record struct ImageHash
{
    public const int Bytes = 32;

    private readonly UInt128 _first;
    private readonly UInt128 _last;

    private ImageHash(ReadOnlySpan<byte> hash)
    {
        _first = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _last = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    /// <summary>The hash of a file's bytes.</summary>
    public static ImageHash Of(ReadOnlySpan<byte> encodedFile)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(encodedFile, hash);
        return new ImageHash(hash);
    }

    /// <summary>The hash that <see cref="CopyTo"/> wrote.</summary>
    public static ImageHash Read(ReadOnlySpan<byte> hash) => new(hash);

    /// <summary>Writes the 32 bytes, most significant first.</summary>
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

/// <summary>One view of an image; the shelf's key defines the augmentation of the views.</summary>
internal readonly record struct ImageView(ImageHash Image, int View);
