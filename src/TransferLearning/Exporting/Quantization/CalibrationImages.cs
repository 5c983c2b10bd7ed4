using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Exporting.Quantization;

/// <summary>Images spread evenly over a source, prepared anew each time they are asked for, so that none stays in memory.</summary>
internal sealed class CalibrationImages
{
    private const int BatchSize = 4;

    private readonly IDatasetSource _source;
    private readonly ImagePreparer _preparer;
    private readonly int[] _indices;

    public CalibrationImages(IDatasetSource source, int most, Preprocessing preprocessing, ImageReader reader)
        : this(source, ImagePreparer.ForEvaluation(preprocessing, reader), [.. Enumerable.Range(0, source.Samples.Count)], most)
    {
    }

    private CalibrationImages(IDatasetSource source, ImagePreparer preparer, int[] from, int most)
    {
        (_source, _preparer) = (source, preparer);
        int count = Math.Min(most, from.Length);
        _indices = [.. Enumerable.Range(0, count).Select(index => from[(int)((long)index * from.Length / count)])];
    }

    public int Count => _indices.Length;

    /// <summary>Fewer of them, spread evenly.</summary>
    public CalibrationImages Few(int most) => new(_source, _preparer, _indices, most);

    /// <summary>The images in their order.</summary>
    /// <returns>float32 [N, 3, H, W] on the device; each is disposed when the next is asked for.</returns>
    public IEnumerable<Tensor> Batches(Device device)
    {
        foreach (int[] indices in _indices.Chunk(BatchSize))
        {
            using Tensor batch = Batch(indices);
            using Tensor moved = batch.to(device);
            yield return moved;
        }
    }

    private Tensor Batch(int[] indices)
    {
        var prepared = new List<PreparedImage>();
        try
        {
            foreach (int index in indices)
            {
                using EncodedBytes encoded = EncodedBytes.Of(_source, index);
                prepared.Add(_preparer.Prepare(encoded.Span, _source.Samples[index].Name));
            }
            return BatchAssembler.Stack(prepared);
        }
        finally
        {
            prepared.ForEach(_preparer.Release);
        }
    }
}
