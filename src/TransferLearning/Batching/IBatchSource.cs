using TransferLearning.Data;

namespace TransferLearning.Batching;

/// <summary>A source of batches per epoch: images, activations of frozen stages, or stored features.</summary>
internal interface IBatchSource
{
    /// <summary>The number of batches per epoch; an epoch has fewer if all samples of a batch are skipped.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The samples that were skipped as unreadable so far, each once.</summary>
    IReadOnlyList<SkippedSample> Skipped { get; }

    /// <summary>The time that the consuming thread waited, in all epochs.</summary>
    TimeSpan Waited { get; }

    /// <summary>The batches of one epoch, in order; the caller disposes each.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default);
}
