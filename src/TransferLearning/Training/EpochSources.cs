using TransferLearning.Batching;

namespace TransferLearning.Training;

/// <summary>The batch sources of one epoch.</summary>
/// <param name="Training">The training batches.</param>
/// <param name="Validation">The validation batches; the network is in evaluation mode while they are enumerated.</param>
/// <param name="Threads">Restores the number of torch threads when disposed; owned.</param>
internal sealed record EpochSources(IBatchSource Training, IBatchSource Validation, IDisposable Threads) : IDisposable
{
    public void Dispose() => Threads.Dispose();
}
