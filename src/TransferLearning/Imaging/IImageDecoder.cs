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

    /// <summary>Decodes the (first) picture of a file.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="image">The pixels; given only with <see cref="DecodeStatus.Success"/>.</param>
    /// <returns>How it ended.</returns>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, out PixelBuffer? image);
}
