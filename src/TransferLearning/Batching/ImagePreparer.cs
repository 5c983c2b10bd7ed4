using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Takes images from their encoded bytes to normalized floats, in managed memory only; used by several threads at once.</summary>
/// <param name="images">Decodes and transforms.</param>
/// <param name="normalizer">Scales.</param>
/// <param name="buffers">Where the floats go.</param>
internal sealed class ImagePreparer(PipelineReader images, Normalizer normalizer, ArrayPool<float> buffers)
{
    /// <summary>Prepares images as a network's preprocessing says, for validation and prediction.</summary>
    public static ImagePreparer ForEvaluation(Preprocessing preprocessing, ImageReader reader) => new(
        new PipelineReader(reader, TransformPipeline.ForEvaluation(preprocessing)), new Normalizer(preprocessing.Statistics), LargeArrayPool<float>.Shared);

    /// <summary>Prepares an image of what was kept of it, without its bytes.</summary>
    public bool TryRecall(string name, ImageKey key, [NotNullWhen(true)] out PreparedImage? prepared)
    {
        prepared = images.TryRecall(key, out PixelBuffer? recalled) ? Normalize(recalled, name) : null;
        return prepared is not null;
    }

    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="key">Names the random streams.</param>
    /// <returns>The floats, for the caller to release.</returns>
    /// <exception cref="ImageFormatException">The image is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PreparedImage Prepare(ReadOnlySpan<byte> encoded, string name, ImageKey key = default) => Normalize(images.Read(encoded, name, key), name);

    /// <summary>Hands a buffer back; its values are gone then.</summary>
    public void Release(PreparedImage prepared) => buffers.Return(prepared.Buffer);

    private PreparedImage Normalize(PixelBuffer image, string name)
    {
        int length = image.Pixels.Length;
        float[] buffer = buffers.Rent(length);
        normalizer.Write(image, buffer.AsSpan(0, length));
        image.Release();
        return new PreparedImage(name, image.Width, image.Height, buffer);
    }
}
