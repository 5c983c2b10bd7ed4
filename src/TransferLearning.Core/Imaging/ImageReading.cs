namespace TransferLearning.Imaging;

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
