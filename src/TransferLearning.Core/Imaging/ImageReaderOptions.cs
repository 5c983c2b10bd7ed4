namespace TransferLearning.Imaging;

/// <summary>Limits and orientation of an <see cref="ImageReader"/>. Immutable.</summary>
public sealed record ImageReaderOptions
{
    /// <summary>The maximum number of pixels of an image in its header; checked before memory is allocated.</summary>
    /// <value>178,956,970 by default; Pillow raises DecompressionBombError above it.</value>
    public long MaximumPixels { get; init; } = 178_956_970;

    /// <summary>Whether to apply EXIF orientation. torchvision does not.</summary>
    /// <value>False by default.</value>
    public bool ApplyExifOrientation { get; init; }
}
