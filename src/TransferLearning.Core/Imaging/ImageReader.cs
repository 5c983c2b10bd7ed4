namespace TransferLearning.Imaging;

/// <summary>Reads images safely: checks the header and the limits before memory is allocated; errors name the image. Thread-safe.</summary>
public sealed class ImageReader
{
    /// <summary>Creates a reader.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The options allow no pixel.</exception>
    public ImageReader(IImageDecoder decoder, ImageReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        Decoder = decoder;
        Options = options ?? new ImageReaderOptions();
        if (Options.MaximumPixels < 1)
            throw new ArgumentOutOfRangeException(nameof(options), Options.MaximumPixels, $"{nameof(ImageReaderOptions.MaximumPixels)} must be at least 1.");
    }

    /// <summary>The decoder.</summary>
    public IImageDecoder Decoder { get; }

    /// <summary>The limits.</summary>
    public ImageReaderOptions Options { get; }

    /// <summary>Identifies the pixels that the reader produces: the decoder's fingerprint and whether EXIF orientation is applied.</summary>
    /// <value>Null if the decoder has no fingerprint: features of its images are not stored on disk.</value>
    public string? Fingerprint => Decoder.Fingerprint is { } pixels ? $"{pixels}, EXIF {Options.ApplyExifOrientation}" : null;

    /// <summary>What a model file says of this reader.</summary>
    public ImageReading Reading => new()
    {
        Decoder = Decoder.Identifier,
        ApplyExifOrientation = Options.ApplyExifOrientation,
        MaximumPixels = Math.Min(Options.MaximumPixels, PixelBuffer.MaximumPixels),
    };

    /// <summary>Creates the reader that a model file describes.</summary>
    /// <param name="reading">What the file says.</param>
    /// <param name="decoders">The available decoders; the one named in the file is used.</param>
    /// <param name="maximumPixels">The limit to use instead of the file's; null uses the file's.</param>
    /// <returns>A reader that produces the same pixels.</returns>
    /// <exception cref="InvalidDataException">No decoder has the identifier, or the file's limit is below 1 or above what memory holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumPixels"/> is below 1.</exception>
    public static ImageReader From(ImageReading reading, IEnumerable<IImageDecoder> decoders, long? maximumPixels = null)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(decoders);
        if (reading.MaximumPixels < 1 || reading.MaximumPixels > PixelBuffer.MaximumPixels)
            throw new InvalidDataException(
                $"The limit of an image's size is {reading.MaximumPixels} pixels; it must be from 1 to {PixelBuffer.MaximumPixels}.");

        IImageDecoder[] known = [.. decoders];
        IImageDecoder decoder = Array.Find(known, decoder => decoder.Identifier == reading.Decoder) ?? throw new InvalidDataException(
            $"The images must be read by the decoder '{reading.Decoder}', so that their pixels are those of training; " +
            (known.Length == 0 ? "none is at hand." : $"the decoders at hand are {string.Join(", ", known.Select(decoder => $"'{decoder.Identifier}'"))}."));

        long limit = Math.Min(reading.MaximumPixels, maximumPixels ?? long.MaxValue);
        return new ImageReader(decoder, new ImageReaderOptions { ApplyExifOrientation = reading.ApplyExifOrientation, MaximumPixels = limit });
    }

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">Its name in errors, such as its path.</param>
    /// <returns>The pixels.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    public PixelBuffer Read(ReadOnlySpan<byte> encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Read(encoded, name, ReadHeader(encoded, name), part: null);
    }

    /// <summary>Reads the header, before memory is allocated for pixels.</summary>
    /// <exception cref="ImageFormatException">The image is of an unknown format, or larger than allowed.</exception>
    internal ImageHeader ReadHeader(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.IsEmpty)
            throw new ImageFormatException(name, "the file is empty (0 bytes); a whole JPEG, PNG or other image is expected.");
        if (!Decoder.TryReadHeader(encoded, out ImageHeader header))
            throw new ImageFormatException(name, Unrecognized(encoded));
        CheckSize(header, name);
        return header;
    }

    /// <summary>Whether a part of an image can be decoded alone: it is not turned after decoding, and its data are not checked.</summary>
    internal bool CanReadPart(ImageHeader header) => !Turns(header) && !Checks(header);

    /// <summary>Decodes an image whose header was read.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="header">What <see cref="ReadHeader"/> gave.</param>
    /// <param name="part">The part to decode if <see cref="CanReadPart"/>; null decodes all of it.</param>
    /// <exception cref="ImageFormatException">The image is damaged.</exception>
    internal PixelBuffer Read(ReadOnlySpan<byte> encoded, string name, ImageHeader header, PixelRectangle? part)
    {
        PixelBuffer image = part is { } size ? PixelBuffer.Rent(size.Width, size.Height) : PixelBuffer.Rent(header.Width, header.Height);
        DecodeStatus status = part is { } wanted ? Decoder.Decode(encoded, wanted, image) : Decoder.Decode(encoded, image);
        if (status == DecodeStatus.Success && Checks(header) && !JpegData.IsComplete(Decoder, encoded, image))
            status = DecodeStatus.Truncated;
        if (status != DecodeStatus.Success)
        {
            image.Release();
            throw new ImageFormatException(name, Reason(status, header, encoded.Length));
        }
        if (!Turns(header))
            return image;

        PixelBuffer upright = ExifOrientation.Apply(image, header.ExifOrientation);
        image.Release();
        return upright;
    }

    private bool Turns(ImageHeader header) => Options.ApplyExifOrientation && header.ExifOrientation != ExifOrientation.Upright;

    private bool Checks(ImageHeader header) => Options.CheckJpegData && header.Format == "jpeg";

    private void CheckSize(ImageHeader header, string name)
    {
        (int width, int height) = (header.Width, header.Height);
        if (width < 1 || height < 1)
            throw new ImageFormatException(name, $"its {header.Format} header says {width}x{height} pixels; each side must be at least 1.");

        long pixels = (long)width * height;
        if (pixels > Options.MaximumPixels)
            throw new ImageFormatException(
                name,
                $"its {header.Format} header says {width}x{height}, which is {pixels} pixels; the limit is {Options.MaximumPixels} " +
                $"({nameof(ImageReaderOptions)}.{nameof(ImageReaderOptions.MaximumPixels)}).");
        if (!PixelBuffer.CanHold(width, height))
            throw new ImageFormatException(
                name, $"its {header.Format} header says {width}x{height}, which is {pixels} pixels; memory holds {PixelBuffer.MaximumPixels} at most.");
    }

    private string Unrecognized(ReadOnlySpan<byte> encoded)
    {
        string start = Convert.ToHexString(encoded[..Math.Min(encoded.Length, 8)]);
        return $"the decoder '{Decoder.Identifier}' finds no image header in its {encoded.Length} bytes, which begin with {start} (hexadecimal). " +
            "Either it is of another format or cut off within its header; a whole JPEG or PNG is safe.";
    }

    private string Reason(DecodeStatus status, ImageHeader header, int length) => status switch
    {
        DecodeStatus.Truncated =>
            $"the {header.Format} data end after {length} bytes, before its {header.Width}x{header.Height} pixels do; copy or download the file again.",
        DecodeStatus.Corrupt =>
            $"the {header.Format} data of {length} bytes are damaged: they contradict their format or their checksum; copy or download the file again.",
        _ => $"the decoder '{Decoder.Identifier}' cannot decode this kind of {header.Format} of {header.Width}x{header.Height} pixels; " +
            "save it again as plain 8-bit JPEG or PNG.",
    };
}

/// <summary>Limits and orientation of an <see cref="ImageReader"/>. Immutable.</summary>
public sealed record ImageReaderOptions
{
    /// <summary>The maximum number of pixels of an image in its header, checked before memory is allocated, and of the result of each transform.</summary>
    /// <remarks>A result may always have 4,194,304 pixels (2048 x 2048): what a network takes can be larger than the images.</remarks>
    /// <value>178,956,970 by default; Pillow raises DecompressionBombError above it.</value>
    public long MaximumPixels { get; init; } = 178_956_970;

    internal long MaximumResultPixels => Math.Max(MaximumPixels, 1 << 22);

    /// <summary>Whether to apply EXIF orientation. torchvision does not.</summary>
    /// <value>False by default.</value>
    public bool ApplyExifOrientation { get; init; }

    /// <summary>Whether to refuse JPEGs whose data were cut and closed again by an end marker, which decoders complete in silence.</summary>
    /// <remarks>
    /// Every JPEG is decoded twice, and never in part. Data cut between two scans of a progressive JPEG, and data that were
    /// altered rather than cut, are not found.
    /// </remarks>
    /// <value>False by default.</value>
    public bool CheckJpegData { get; init; }
}

/// <summary>How a model's images are read: what a model file says of its <see cref="ImageReader"/>, so that a loaded model sees the same pixels.</summary>
public sealed record ImageReading
{
    /// <summary>The decoder, by <see cref="IImageDecoder.Identifier"/>.</summary>
    public required string Decoder { get; init; }

    /// <inheritdoc cref="ImageReaderOptions.ApplyExifOrientation"/>
    public bool ApplyExifOrientation { get; init; }

    /// <inheritdoc cref="ImageReaderOptions.MaximumPixels"/>
    public long MaximumPixels { get; init; } = new ImageReaderOptions().MaximumPixels;
}
