using System.Security.Cryptography;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>Moves a tensor's raw little-endian bytes from and to streams and into hashes, with no copy between.</summary>
internal static class TensorBytes
{
    // A span holds below 2^31 bytes and an element takes at most sixteen.
    private const long PieceElements = 1 << 26;

    /// <summary>Fills a contiguous tensor in main memory.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before the tensor is full.</exception>
    public static void Fill(Tensor tensor, Stream source)
    {
        foreach (Tensor piece in Pieces(tensor))
            source.ReadExactly(piece.bytes);
    }

    /// <summary>Writes a contiguous tensor in main memory.</summary>
    public static void Write(Tensor tensor, Stream target)
    {
        foreach (Tensor piece in Pieces(tensor))
            target.Write(piece.bytes);
    }

    /// <summary>Adds a contiguous tensor in main memory to a hash.</summary>
    public static void Hash(Tensor tensor, IncrementalHash hash)
    {
        foreach (Tensor piece in Pieces(tensor))
            hash.AppendData(piece.bytes);
    }

    /// <summary>The number of bytes that one element takes.</summary>
    public static int ElementSize(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no element size is known for it"),
    };

    private static IEnumerable<Tensor> Pieces(Tensor tensor)
    {
        long count = tensor.numel();
        if (count == 0)
            yield break;
        if (count <= PieceElements)
        {
            yield return tensor;
            yield break;
        }

        using Tensor flat = tensor.view(-1);
        for (long start = 0; start < count; start += PieceElements)
        {
            using Tensor piece = flat.narrow(0, start, Math.Min(PieceElements, count - start));
            yield return piece;
        }
    }
}
