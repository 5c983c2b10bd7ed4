namespace TransferLearning.Imaging;

/// <summary>Reads pictures safely: header first, limits before memory, and an error that names the picture.</summary>
public sealed class ImageReader
{
    /// <summary>Makes a reader.</summary>
    /// <param name="decoder">What turns bytes into pixels.</param>
    /// <param name="options">The limits.</param>
    public ImageReader(IImageDecoder decoder, ImageReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        Decoder = decoder;
        Options = options ?? new ImageReaderOptions();
    }

    /// <summary>What turns bytes into pixels.</summary>
    public IImageDecoder Decoder { get; }

    /// <summary>The limits.</summary>
    public ImageReaderOptions Options { get; }

    /// <summary>Decodes one picture.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What errors call it: a path, say.</param>
    /// <returns>The pixels.</returns>
    /// <exception cref="ImageFormatException">The picture is damaged, of an unknown format, or larger than allowed.</exception>
    public PixelBuffer Read(ReadOnlySpan<byte> encoded, string name) => throw new NotImplementedException();
}
