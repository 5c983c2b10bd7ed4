using System.Buffers;
using System.Runtime.InteropServices;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>An encoded image for a moment: the bytes are gone once it is disposed.</summary>
internal sealed class EncodedBytes : IMemoryOwner<byte>
{
    private readonly IDisposable? _lender;
    private ReadOnlyMemory<byte> _bytes;
    private byte[]? _rented;

    private EncodedBytes(ReadOnlyMemory<byte> bytes, byte[]? rented = null, IDisposable? lender = null) => (_bytes, _rented, _lender) = (bytes, rented, lender);

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <inheritdoc/>
    public Memory<byte> Memory => MemoryMarshal.AsMemory(_bytes);

    /// <summary>Bytes that are in memory already.</summary>
    public static EncodedBytes Of(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>One sample of any source.</summary>
    public static EncodedBytes Of(IDatasetSource source, int index)
    {
        if (source is not ILendingSource lending)
            return new EncodedBytes(source.Load(index));
        IMemoryOwner<byte> lent = lending.Lend(index);
        return new EncodedBytes(lent.Memory, lender: lent);
    }

    /// <summary>A file's content.</summary>
    /// <exception cref="IOException">The file cannot be read, or is a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static EncodedBytes OfFile(string path)
    {
        using FileStream file = RegularFile.Open(path, bufferSize: 0, FileOptions.SequentialScan);
        long length = file.Length;
        if (length > Array.MaxLength)
            throw new IOException($"'{path}' has {length} bytes; the limit is {Array.MaxLength}.");
        byte[] bytes = LargeArrayPool<byte>.Shared.Rent((int)length);
        int read = file.ReadAtLeast(bytes.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
        return new EncodedBytes(bytes.AsMemory(0, read), bytes);
    }

    /// <summary>What is left of a stream, which stays open.</summary>
    public static EncodedBytes OfStream(Stream stream)
    {
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new EncodedBytes(content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    public void Dispose()
    {
        _bytes = default;
        _lender?.Dispose();
        if (Interlocked.Exchange(ref _rented, null) is { } bytes)
            LargeArrayPool<byte>.Shared.Return(bytes);
    }
}
