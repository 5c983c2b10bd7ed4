using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;

namespace TransferLearning.Inference;

/// <summary>Encoded images to the floats that a network takes, as its preprocessing says.</summary>
internal sealed class ImagePreparer(Preprocessing preprocessing, ImageReader reader)
{
    // A batch ahead is enough, but of a batch of thousands that would be gigabytes.
    private const int MostAhead = 128;

    private readonly PipelineReader _images = new(reader, TransformPipeline.ForEvaluation(preprocessing));
    private readonly Normalizer _normalizer = new(preprocessing.Statistics);

    /// <summary>Floats an image: side x side x 3.</summary>
    public int Length => preprocessing.CropTo * preprocessing.CropTo * PixelBuffer.Channels;

    public float[] Prepare(ReadOnlySpan<byte> encoded, string name)
    {
        var floats = new float[Length];
        Prepare(encoded, name, floats);
        return floats;
    }

    /// <summary>Prepares images batch by batch; while the consumer has one, threads prepare the next.</summary>
    /// <param name="images">Taken as they are needed, about a batch ahead.</param>
    /// <param name="batchSize">Images a batch.</param>
    /// <param name="load">Gives an image's bytes; called by several threads at once.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>The floats of each batch one image after the other, and how many images they are.</returns>
    public IEnumerable<(float[] Floats, int Count)> PrepareMany<T>(IEnumerable<T> images, int batchSize, Func<T, EncodedBytes> load, Func<T, string> name)
    {
        int workers = Math.Min(Environment.ProcessorCount, batchSize);
        IEnumerable<float[]> prepared = ReadAhead.Of(images, Math.Min(batchSize, MostAhead), workers, Rented, GiveBack);
        foreach (float[][] batch in prepared.Chunk(batchSize))
            yield return (Join(batch), batch.Length);

        float[] Rented(T image)
        {
            using EncodedBytes encoded = load(image);
            float[] floats = LargeArrayPool<float>.Shared.Rent(Length);
            Prepare(encoded.Span, name(image), floats.AsSpan(0, Length));
            return floats;
        }
    }

    private static void GiveBack(float[] rented) => LargeArrayPool<float>.Shared.Return(rented);

    private float[] Join(float[][] batch)
    {
        var joined = new float[batch.Length * Length];
        for (int index = 0; index < batch.Length; index++)
        {
            batch[index].AsSpan(0, Length).CopyTo(joined.AsSpan(index * Length));
            GiveBack(batch[index]);
        }
        return joined;
    }

    private void Prepare(ReadOnlySpan<byte> encoded, string name, Span<float> destination)
    {
        PixelBuffer image = _images.Read(encoded, name, default);
        _normalizer.Write(image, destination);
        image.Release();
    }
}
