using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>An encoded image for a moment: the bytes are gone once it is disposed.</summary>
internal sealed class EncodedBytes : IDisposable
{
    private ReadOnlyMemory<byte> _bytes;
    private byte[]? _rented;

    private EncodedBytes(ReadOnlyMemory<byte> bytes, byte[]? rented) => (_bytes, _rented) = (bytes, rented);

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Bytes that somebody else holds.</summary>
    public static EncodedBytes Of(ReadOnlyMemory<byte> bytes) => new(bytes, rented: null);

    /// <summary>What a stream holds from where it stands to its end; the stream stays open.</summary>
    public static EncodedBytes OfStream(Stream stream)
    {
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return Of(content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    /// <summary>One sample of any source.</summary>
    public static EncodedBytes Of(IDatasetSource source, int index) =>
        source is ILendingSource lending ? lending.Lend(index) : new EncodedBytes(source.Load(index), rented: null);

    /// <summary>A file's content.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static EncodedBytes OfFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        long length = file.CanSeek ? file.Length : 0;
        if (length == 0 || length > Array.MaxLength)
            return new EncodedBytes(File.ReadAllBytes(path), rented: null); // what is no ordinary file tells no length

        byte[] bytes = LargeArrayPool<byte>.Shared.Rent((int)length);
        int read = file.ReadAtLeast(bytes.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
        return new EncodedBytes(bytes.AsMemory(0, read), bytes);
    }

    public void Dispose()
    {
        _bytes = default;
        if (Interlocked.Exchange(ref _rented, null) is { } bytes)
            LargeArrayPool<byte>.Shared.Return(bytes);
    }
}
