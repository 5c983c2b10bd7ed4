namespace TransferLearning.Imaging;

/// <summary>What a reader accepts and how it turns images.</summary>
public sealed record ImageReaderOptions
{
    /// <summary>The most pixels that an image may have by its header; checked before memory is taken.</summary>
    /// <value>178,956,970, where Pillow sees a decompression bomb.</value>
    public long MaximumPixels { get; init; } = 178_956_970;

    /// <summary>Whether images are turned upright as their EXIF data say. torchvision does not.</summary>
    /// <value>False.</value>
    public bool ApplyExifOrientation { get; init; }
}
