using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>One running count of a metric, over the batches of one pass. Holds numbers only, no tensors.</summary>
public interface IMetricTally
{
    /// <summary>Adds a batch.</summary>
    /// <param name="output">Logits, floating point [N, classes]; borrowed.</param>
    /// <param name="targets">The true classes' indices, int64 [N]; borrowed.</param>
    /// <exception cref="ArgumentException">A shape, an element type or a value does not fit.</exception>
    void Add(Tensor output, Tensor targets);

    /// <summary>The metric over everything added so far; NaN before the first sample.</summary>
    double Value { get; }
}
