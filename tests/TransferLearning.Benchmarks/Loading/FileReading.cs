using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>What loading is checked against: the file's bytes brought into memory, and nothing done with them.</summary>
internal static class FileReading
{
    private const int PieceSize = 1 << 20;

    /// <summary>Reads all of a file into the same megabyte: the least that reading can take.</summary>
    public static double InPieces(string path, byte[] piece)
    {
        long start = Stopwatch.GetTimestamp();
        using SafeFileHandle file = File.OpenHandle(path);
        long position = 0;
        for (int read; (read = RandomAccess.Read(file, piece, position)) > 0;)
            position += read;
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Reads a file, of below 2 GB, into new memory of its size, which the system has to find: what loaded weights take wherever they lie.</summary>
    public static double Whole(string path)
    {
        long start = Stopwatch.GetTimestamp();
        using SafeFileHandle file = File.OpenHandle(path);
        using Tensor memory = empty([RandomAccess.GetLength(file)], ScalarType.Byte, CPU);
        Span<byte> left = memory.bytes;
        for (int position = 0; position < left.Length;)
            position += RandomAccess.Read(file, left.Slice(position, Math.Min(PieceSize, left.Length - position)), position);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>A buffer for <see cref="InPieces"/>, which the system has found its memory for already.</summary>
    public static byte[] Piece()
    {
        var piece = new byte[PieceSize];
        piece.AsSpan().Fill(1);
        return piece;
    }
}
