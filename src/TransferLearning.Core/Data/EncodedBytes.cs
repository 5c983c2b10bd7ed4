using System.Buffers;
using System.Runtime.InteropServices;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>An encoded image for a moment: the bytes are gone once it is disposed.</summary>
internal sealed class EncodedBytes : IMemoryOwner<byte>
{
    private ReadOnlyMemory<byte> _bytes;
    private Action? _release;

    private EncodedBytes(ReadOnlyMemory<byte> bytes, Action? release = null) => (_bytes, _release) = (bytes, release);

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <inheritdoc/>
    public Memory<byte> Memory => MemoryMarshal.AsMemory(_bytes);

    /// <summary>Bytes that are in memory already.</summary>
    public static EncodedBytes Of(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>One sample of any source.</summary>
    /// <exception cref="SampleLoadException">The source failed, in whichever way.</exception>
    public static EncodedBytes Of(IDatasetSource source, int index)
    {
        try
        {
            if (source is not ILendingSource lending)
                return new EncodedBytes(source.Load(index));
            IMemoryOwner<byte> lent = lending.Lend(index);
            return new EncodedBytes(lent.Memory, lent.Dispose);
        }
        catch (Exception error) when (error is not (SampleLoadException or OutOfMemoryException))
        {
            throw new SampleLoadException(source.Samples[index].Name, error);
        }
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
        return new EncodedBytes(bytes.AsMemory(0, read), () => LargeArrayPool<byte>.Shared.Return(bytes));
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
        Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}

/// <summary>An image that is loaded when it is needed, by any thread, and what errors call it.</summary>
internal sealed record EncodedImage(string Name, Func<EncodedBytes> Load)
{
    public static IEnumerable<EncodedImage> Of(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Select(path => new EncodedImage(path, () => EncodedBytes.OfFile(path)));
    }

    public static IEnumerable<EncodedImage> Of(IEnumerable<ReadOnlyMemory<byte>> encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return encoded.Select((bytes, index) => new EncodedImage($"image {index}", () => EncodedBytes.Of(bytes)));
    }

    public static IEnumerable<EncodedImage> Of(IEnumerable<Stream> encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return encoded.Select((stream, index) => new EncodedImage($"image {index}", () => EncodedBytes.OfStream(stream)));
    }

    public static IEnumerable<EncodedImage> Of(IDatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Samples.Select((sample, index) => new EncodedImage(sample.Name, () => EncodedBytes.Of(source, index)));
    }
}
