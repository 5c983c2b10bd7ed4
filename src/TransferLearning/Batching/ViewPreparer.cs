using System.Buffers;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Converts the views of an encoded image, which is decoded once, to normalized floats. Thread-safe.</summary>
internal sealed class ViewPreparer(ImageReader reader, IReadOnlyList<TransformPipeline> views, ChannelStatistics statistics)
{
    private static readonly ArrayPool<float> _buffers = LargeArrayPool<float>.Shared;

    private readonly Normalizer _normalizer = new(statistics);

    /// <summary>The number of views per image.</summary>
    public int Count => views.Count;

    /// <returns>The floats of each view; the caller releases them.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PreparedImage[] Prepare(ReadOnlySpan<byte> encoded, string name)
    {
        PixelBuffer image = reader.Read(encoded, name);
        var prepared = new List<PreparedImage>();
        try
        {
            foreach (TransformPipeline view in views)
                prepared.Add(Prepare(view, image, name));
            return [.. prepared];
        }
        catch
        {
            prepared.ForEach(view => _buffers.Return(view.Buffer));
            throw;
        }
        finally
        {
            image.Release();
        }
    }

    private PreparedImage Prepare(TransformPipeline view, PixelBuffer image, string name)
    {
        var key = new ImageKey { Name = name };
        PixelBuffer result = view.Apply(image, key, first: 0, view.Operations.Count, isPart: false, reader.Options.MaximumResultPixels);
        try
        {
            return PreparedImage.Of(result, name, _normalizer, _buffers);
        }
        finally
        {
            if (result != image)
                result.Release();
        }
    }
}
