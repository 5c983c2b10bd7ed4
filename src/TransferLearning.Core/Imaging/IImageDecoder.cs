namespace TransferLearning.Imaging;

/// <summary>Turns encoded bytes into pixels: the seam behind which the image library sits.</summary>
/// <remarks>
/// Implementations must be safe for use by several threads at once. They decode to 8-bit RGB without color management,
/// drop alpha without premultiplying, and leave EXIF orientation to the caller. The destination is borrowed: its memory
/// comes from a pool and holds other images later, so it must not be kept.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>What model files and error messages call the decoder, such as "skiasharp": lower case, the same in every version.</summary>
    string Identifier { get; }

    /// <summary>Identifies the pixels that the decoder gives: changes whenever a version of it decodes some image differently.</summary>
    /// <value>Null, which means unknown: nothing computed from its images is stored on disk.</value>
    string? Fingerprint => null;

    /// <summary>Reads the header alone; takes no memory for pixels.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="header">What it says, where it can be read.</param>
    /// <returns>Whether the format is known and its header is readable.</returns>
    bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header);

    /// <summary>Decodes the (first) image of a file.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="destination">Receives every pixel; of the size that the header tells. Its content is arbitrary before, and after a failure.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is of another size.</exception>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination);

    /// <summary>
    /// Decodes a part of the (first) image of a file, bit for bit what decoding all of it and copying the part gives;
    /// this is the default where an implementation has no faster way. Damage beyond the part may go unnoticed.
    /// </summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="part">Lies within the size that the header tells.</param>
    /// <param name="destination">Receives the part's pixels; of its size.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="part"/> is empty or leaves the image.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is of another size.</exception>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle part, PixelBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!TryReadHeader(encoded, out ImageHeader header))
            return DecodeStatus.Unsupported;
        part.RequireWithin(header.Width, header.Height, nameof(part));
        destination.RequireSize(part.Width, part.Height, nameof(destination));

        PixelBuffer whole = PixelBuffer.Rent(header.Width, header.Height);
        try
        {
            DecodeStatus status = Decode(encoded, whole);
            if (status == DecodeStatus.Success)
                whole.CopyTo(destination, part);
            return status;
        }
        finally
        {
            whole.Release();
        }
    }
}

/// <summary>How a decoding ended.</summary>
public enum DecodeStatus
{
    /// <summary>Every row was decoded.</summary>
    Success,

    /// <summary>The data ends before the image does.</summary>
    Truncated,

    /// <summary>The data contradicts its format.</summary>
    Corrupt,

    /// <summary>The decoder does not know the format.</summary>
    Unsupported,
}
