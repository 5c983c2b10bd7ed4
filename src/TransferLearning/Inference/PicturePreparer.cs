using TransferLearning.Batching;
using TransferLearning.Buffers;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Inference;

/// <summary>Encoded pictures to the floats that a network takes, as its preprocessing says.</summary>
internal sealed class PicturePreparer(Preprocessing preprocessing, ImageReader reader)
{
    // A batch ahead is enough, but of a batch of thousands that would be gigabytes.
    private const int MostAhead = 128;

    private readonly PictureReader _pictures = new(reader, TransformPipeline.ForEvaluation(preprocessing));
    private readonly Normalizer _normalizer = new(preprocessing.Statistics);

    /// <summary>Floats a picture: side x side x 3.</summary>
    public int Length => preprocessing.CropTo * preprocessing.CropTo * PixelBuffer.Channels;

    public float[] Prepare(ReadOnlySpan<byte> encoded, string name)
    {
        var floats = new float[Length];
        Prepare(encoded, name, floats);
        return floats;
    }

    /// <summary>Prepares pictures batch by batch; while the consumer has one, threads prepare the next.</summary>
    /// <param name="pictures">Taken as they are needed, about a batch ahead.</param>
    /// <param name="batchSize">Pictures a batch.</param>
    /// <param name="load">Gives a picture's bytes; called by several threads at once.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>The floats of each batch one picture after the other, and how many pictures they are.</returns>
    public IEnumerable<(float[] Floats, int Count)> PrepareMany<T>(IEnumerable<T> pictures, int batchSize, Func<T, EncodedBytes> load, Func<T, string> name)
    {
        int workers = Math.Min(Environment.ProcessorCount, batchSize);
        IEnumerable<float[]> prepared = ReadAhead.Of(pictures, Math.Min(batchSize, MostAhead), workers, Rented, GiveBack);
        foreach (float[][] batch in prepared.Chunk(batchSize))
            yield return (Join(batch), batch.Length);

        float[] Rented(T picture)
        {
            using EncodedBytes encoded = load(picture);
            float[] floats = LargeArrayPool<float>.Shared.Rent(Length);
            Prepare(encoded.Span, name(picture), floats.AsSpan(0, Length));
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
        PixelBuffer picture = _pictures.Read(encoded, name, default);
        _normalizer.Write(picture, destination);
        picture.Release();
    }
}
