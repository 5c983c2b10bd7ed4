namespace TransferLearning.Imaging;

/// <summary>Turns encoded bytes into pixels: the seam behind which the image library sits.</summary>
/// <remarks>
/// Implementations must be safe for use by several threads at once. They decode to 8-bit RGB without colour
/// management, drop alpha without premultiplying, and leave EXIF orientation to the caller.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>Reads the header alone; takes no memory for pixels.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="header">What it says, where it can be read.</param>
    /// <returns>Whether the format is known and its header is readable.</returns>
    bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header);

    /// <summary>Decodes the (first) image of a file.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="image">The pixels; given only with <see cref="DecodeStatus.Success"/>.</param>
    /// <returns>How it ended.</returns>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, out PixelBuffer? image);

    /// <summary>
    /// Decodes a part of the (first) image of a file: bit for bit what decoding all of it and cutting the part out
    /// gives, which is what happens where an implementation has no faster way. Damage beyond the part may go unnoticed.
    /// </summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="part">Lies within the size that the header tells.</param>
    /// <param name="image">The part's pixels; given only with <see cref="DecodeStatus.Success"/>.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="part"/> is empty or leaves the image.</exception>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle part, out PixelBuffer? image)
    {
        DecodeStatus status = Decode(encoded, out PixelBuffer? whole);
        image = status == DecodeStatus.Success ? whole?.Cut(part) : null;
        return status;
    }
}
