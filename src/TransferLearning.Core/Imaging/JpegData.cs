namespace TransferLearning.Imaging;

/// <summary>
/// Finds whether a JPEG's compressed data reach its last pixel, where an end marker closes data that were cut. Decoders
/// complete such data with zeros and report success; so bytes put before the end marker change pixels only if data are missing.
/// </summary>
internal static class JpegData
{
    private const int LeastFiller = 4096;

    /// <param name="decoder">Decodes the file once more.</param>
    /// <param name="encoded">A file that reaches its end marker.</param>
    /// <param name="image">What the decoder made of it.</param>
    public static bool IsComplete(IImageDecoder decoder, ReadOnlySpan<byte> encoded, PixelBuffer image)
    {
        if (JpegSegments.FindEnd(encoded) is not (>= 0 and int end))
            return false;

        // No byte of the filler begins a marker; 0 at its start makes a datum of FF before it.
        var longer = new byte[end + Math.Max(end, LeastFiller) + 2];
        encoded[..end].CopyTo(longer);
        for (int i = end + 1; i < longer.Length - 2; i++)
            longer[i] = (byte)((i * 2654435761u >> 24) % byte.MaxValue);
        (longer[^2], longer[^1]) = (0xFF, JpegSegments.End);

        PixelBuffer again = PixelBuffer.Rent(image.Width, image.Height);
        bool isComplete = decoder.Decode(longer, again) == DecodeStatus.Success && again.Pixels.SequenceEqual(image.Pixels);
        again.Release();
        return isComplete;
    }
}
