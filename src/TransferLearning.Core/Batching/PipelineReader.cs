using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Decodes an image and applies a pipeline. Decodes only the part that the pipeline needs, and caches the result of the leading non-random
/// operations while the cache has room. Thread-safe.</summary>
internal sealed class PipelineReader(ImageReader reader, TransformPipeline pipeline, ImageCache? cache = null)
{
    private readonly int _firstRandom = pipeline.Operations.TakeWhile(operation => !operation.IsRandom).Count();

    /// <summary>Produces an image from the cache, without its encoded bytes; the caller releases it. Null if it is not cached.</summary>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer? Recall(ImageKey key) =>
        cache?.Find(key.Index) is { } image ? Advance(image, key, _firstRandom, pipeline.Operations.Count) : null;

    /// <param name="encoded">The whole file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="key">The key of the random streams.</param>
    /// <returns>The image; the caller releases it.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer Read(ReadOnlySpan<byte> encoded, string name, ImageKey key)
    {
        key = key with { Name = name };
        ImageHeader header = reader.ReadHeader(encoded, name);
        PixelRectangle? part = PartNeeded(header, key);
        PixelBuffer decoded = reader.Read(encoded, name, header, part);
        bool mayKeep = cache?.HasRoomFor(1, 1) == true && (part is null || _firstRandom > 0);
        if (!mayKeep)
            return Advance(decoded, key, 0, pipeline.Operations.Count, isPart: part is not null);

        PixelBuffer image = Advance(decoded, key, 0, _firstRandom, isPart: part is not null);
        cache?.Keep(key.Index, image);
        return Advance(image, key, _firstRandom, pipeline.Operations.Count);
    }

    /// <returns>Null if the whole image is needed, now or, because it will be cached, later.</returns>
    private PixelRectangle? PartNeeded(ImageHeader header, ImageKey key)
    {
        bool wholeIsKept = _firstRandom == 0 && cache?.HasRoomFor(header.Width, header.Height) == true;
        return wholeIsKept || !reader.CanReadPart(header) ? null : pipeline.PartNeeded(0, header.Width, header.Height, key);
    }

    /// <summary>Applies some operations to an image, which is released unless it is the result.</summary>
    private PixelBuffer Advance(PixelBuffer image, ImageKey key, int first, int end, bool isPart = false)
    {
        PixelBuffer result = pipeline.Apply(image, key, first, end, isPart, reader.Options.MaximumResultPixels);
        if (result != image)
            image.Release();
        return result;
    }
}
