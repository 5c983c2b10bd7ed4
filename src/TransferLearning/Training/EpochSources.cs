using TransferLearning.Batching;

namespace TransferLearning.Training;

/// <summary>What one epoch learns from and is measured on.</summary>
/// <param name="Training">What it learns from.</param>
/// <param name="Validation">What it is measured on; the network is in evaluation mode while its batches are taken.</param>
/// <param name="Threads">Ends the use of the threads that suit both; owned.</param>
internal sealed record EpochSources(IBatchSource Training, IBatchSource Validation, IDisposable Threads) : IDisposable
{
    public void Dispose() => Threads.Dispose();
}
