using TransferLearning.Data;

namespace TransferLearning.Batching;

/// <summary>Where batches come from, epoch by epoch: images, what frozen stages made of them, or stored features.</summary>
internal interface IBatchSource
{
    /// <summary>How many batches an epoch has; fewer come where a whole batch is unreadable and skipped.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The samples that were left out as unreadable so far, each once.</summary>
    IReadOnlyList<SkippedSample> Skipped { get; }

    /// <summary>How long the consuming thread was kept waiting, over all epochs.</summary>
    TimeSpan Waited { get; }

    /// <summary>The batches of one epoch, in order; the caller disposes each.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default);
}
