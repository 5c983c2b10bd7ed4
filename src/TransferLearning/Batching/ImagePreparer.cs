using System.Buffers;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Converts encoded images to normalized floats, in managed memory only. Thread-safe.</summary>
internal sealed class ImagePreparer(PipelineReader images, Normalizer normalizer, ArrayPool<float> buffers)
{
    /// <summary>Creates a preparer for validation and prediction.</summary>
    public static ImagePreparer ForEvaluation(Preprocessing preprocessing, ImageReader reader) => new(
        new PipelineReader(reader, TransformPipeline.ForEvaluation(preprocessing)), new Normalizer(preprocessing.Statistics), LargeArrayPool<float>.Shared);

    /// <summary>Prepares a cached image, without its encoded bytes; null if it is not cached.</summary>
    public PreparedImage? Recall(string name, ImageKey key) => images.Recall(key with { Name = name }) is { } image ? Normalize(image, name) : null;

    /// <param name="encoded">The whole file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="key">The key of the random streams.</param>
    /// <returns>The floats; the caller releases them.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PreparedImage Prepare(ReadOnlySpan<byte> encoded, string name, ImageKey key = default) => Normalize(images.Read(encoded, name, key), name);

    /// <summary>Returns the buffer to the pool.</summary>
    public void Release(PreparedImage prepared) => buffers.Return(prepared.Buffer);

    private PreparedImage Normalize(PixelBuffer image, string name)
    {
        PreparedImage prepared = PreparedImage.Of(image, name, normalizer, buffers);
        image.Release();
        return prepared;
    }
}

/// <summary>An image after decoding, transforms and normalization, in a rented buffer of Height x Width x 3 floats or more.</summary>
internal sealed record PreparedImage(string Name, int Width, int Height, float[] Buffer)
{
    public ReadOnlySpan<float> Values => Buffer.AsSpan(0, Height * Width * 3);

    public static PreparedImage Of(PixelBuffer image, string name, Normalizer normalizer, ArrayPool<float> buffers)
    {
        int length = image.Pixels.Length;
        float[] buffer = buffers.Rent(length);
        normalizer.Write(image, buffer.AsSpan(0, length));
        return new PreparedImage(name, image.Width, image.Height, buffer);
    }
}
