using TransferLearning.Internal;

namespace TransferLearning.Imaging;

/// <summary>The rows between the two passes, in rented memory; each row is padded so that vector loads and stores may run past its end.</summary>
internal sealed class ResampledRows : IDisposable
{
    private const int Alignment = 32;

    private byte[]? _bytes;

    /// <exception cref="InvalidOperationException">They would take more bytes than the limit.</exception>
    public ResampledRows(int width, int height, long limit)
    {
        // One pixel is stored as four bytes, so the row needs a byte more than its pixels take.
        Stride = (width * PixelBuffer.Channels + 1 + Alignment - 1) / Alignment * Alignment;
        long length = (long)Stride * height;
        limit = Math.Min(limit, Array.MaxLength);
        if (length > limit)
            throw new InvalidOperationException(
                $"A resize of {height} rows to {width} pixels each takes {length} bytes between its passes; the limit is {limit}. Crop the image first.");
        _bytes = LargeArrayPool<byte>.Shared.Rent((int)length);
    }

    public int Stride { get; }

    public byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(ResampledRows));

    public void Dispose()
    {
        if (_bytes is not null)
            LargeArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
    }
}
