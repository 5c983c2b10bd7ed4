using System.Diagnostics.CodeAnalysis;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>
/// Takes an image from its encoded bytes through a pipeline. Decodes no more of it than the pipeline looks at, and
/// keeps what the leading operations without randomness make of it while the cache has room.
/// </summary>
internal sealed class PipelineReader(ImageReader reader, TransformPipeline pipeline, ImageCache? cache = null)
{
    private readonly int _firstRandom = pipeline.Operations.TakeWhile(operation => !operation.IsRandom).Count();

    /// <summary>Makes an image of what was kept, without its bytes.</summary>
    /// <param name="key">Which image.</param>
    /// <param name="image">The image, for the caller to release.</param>
    /// <returns>Whether it was kept.</returns>
    /// <exception cref="TransformException">An operation failed.</exception>
    public bool TryRecall(ImageKey key, [NotNullWhen(true)] out PixelBuffer? image)
    {
        image = cache?.Find(key.Index);
        if (image is not null)
            image = Advance(image, key, _firstRandom, pipeline.Operations.Count);
        return image is not null;
    }

    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="key">Names the random streams.</param>
    /// <returns>The image, for the caller to release.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer Read(ReadOnlySpan<byte> encoded, string name, ImageKey key)
    {
        ImageHeader header = reader.ReadHeader(encoded, name);
        PixelRectangle? part = PartNeeded(header, key);
        PixelBuffer decoded = reader.Read(encoded, name, header, part);
        if (part is not null && _firstRandom == 0)
            return Advance(decoded, key, 0, pipeline.Operations.Count, isPart: true);

        PixelBuffer image = Advance(decoded, key, 0, _firstRandom, isPart: part is not null);
        cache?.Keep(key.Index, image);
        return Advance(image, key, _firstRandom, pipeline.Operations.Count);
    }

    /// <returns>Null where all of the image is looked at, now or, because it will be kept, later.</returns>
    private PixelRectangle? PartNeeded(ImageHeader header, ImageKey key)
    {
        bool wholeIsKept = _firstRandom == 0 && cache?.HasRoomFor(header.Width, header.Height) == true;
        return wholeIsKept || reader.Turns(header) ? null : pipeline.PartNeeded(header.Width, header.Height, key);
    }

    /// <summary>Applies some operations to an image, which is released where another one comes out.</summary>
    private PixelBuffer Advance(PixelBuffer image, ImageKey key, int first, int end, bool isPart = false)
    {
        PixelBuffer result = pipeline.Apply(image, key, first, end, isPart);
        if (result != image)
            image.Release();
        return result;
    }
}
