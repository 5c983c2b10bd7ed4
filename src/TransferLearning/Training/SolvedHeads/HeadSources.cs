using TransferLearning.Batching;

namespace TransferLearning.Training.SolvedHeads;

/// <summary>The features that a head is solved on.</summary>
/// <param name="Training">The training images, in order; epochs 1 to <paramref name="Views"/> are their views.</param>
/// <param name="Validation">The validation images.</param>
/// <param name="Views">The number of views of each training image.</param>
/// <param name="Network">Identifies what the network computes.</param>
/// <param name="Weights">The checksum of its weights below the head.</param>
/// <param name="Close">Releases the features and restores the number of torch threads.</param>
internal sealed record HeadSources(IBatchSource Training, IBatchSource Validation, int Views, string Network, string Weights, Action Close) : IDisposable
{
    public void Dispose() => Close();
}
