namespace TransferLearning.Imaging;

/// <summary>Decodes images. Implement it to use another image library.</summary>
/// <remarks>
/// Implementations must be thread-safe. They decode to 8-bit RGB without color management,
/// drop alpha without premultiplying, and leave EXIF orientation to the caller. The destination is borrowed: its memory
/// comes from a pool and holds other images later, so it must not be kept.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>What model files and error messages call the decoder, such as "skiasharp": lower case, the same in every version.</summary>
    string Identifier { get; }

    /// <summary>Identifies the pixels that the decoder produces; it must change whenever a version decodes some image differently.</summary>
    /// <value>Null by default, which means unknown: features of its images are not stored on disk.</value>
    string? Fingerprint => null;

    /// <summary>Reads only the header; allocates no memory for pixels.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="header">The header, if it is readable.</param>
    /// <returns>Whether the format is known and its header is readable.</returns>
    bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header);

    /// <summary>Decodes the (first) image of a file.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="destination">Receives the pixels; it has the size in the header. Its content is arbitrary before the call and after a failure.</param>
    /// <returns>The status of the decoding.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is of another size.</exception>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination);

    /// <summary>
    /// Decodes a part of the (first) image of a file, bit for bit identical to decoding all of it and copying the part, which
    /// is the default implementation. Damage outside the part may not be detected.
    /// </summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="part">A part within the size in the header.</param>
    /// <param name="destination">Receives the pixels of the part; it has the size of the part.</param>
    /// <returns>The status of the decoding.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="part"/> is empty or not within the image.</exception>
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

/// <summary>The status of a decoding.</summary>
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

/// <summary>The header of an encoded image. Immutable.</summary>
/// <param name="Width">The width in pixels, as stored, before EXIF orientation is applied.</param>
/// <param name="Height">The height in pixels, as stored.</param>
/// <param name="ExifOrientation">1 to 8 as EXIF defines them; 1 is upright, also if there is none.</param>
/// <param name="Format">The format's name in lower case, such as "jpeg" or "png", found by content.</param>
public readonly record struct ImageHeader(int Width, int Height, int ExifOrientation, string Format);
