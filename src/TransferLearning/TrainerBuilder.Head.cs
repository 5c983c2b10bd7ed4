using TransferLearning.Heads;
using TransferLearning.Training;

namespace TransferLearning;

// How the head starts.
public sealed partial class TrainerBuilder
{
    /// <summary>Solves the head in closed form before the first step, as epoch 0 (linear probing, then fine-tuning: Kumar et al., 2022). No epochs are
    /// spent on the head alone then, unless <see cref="Freeze"/> says so. By default that is done, by ridge, wherever it is possible; a head that cannot be
    /// solved as is said here is refused by <see cref="Build"/>.</summary>
    /// <param name="solver">How the head is computed, see <see cref="HeadSolvers"/>; ridge by default.</param>
    public TrainerBuilder StartFromSolvedHead(IHeadSolver? solver = null) => StartFrom(HeadStart.Solved(solver));

    /// <summary>Starts from a head with random weights, as PyTorch's tutorial does. Fine-tuning then trains the head alone for two epochs, unless <see
    /// cref="Freeze"/> says otherwise.</summary>
    public TrainerBuilder StartFromRandomHead() => StartFrom(HeadStart.Random);

    /// <summary>Keeps sums over the images of a solved head in its model, so that <see cref="Trainer.ExtendHead"/> can add others later.</summary>
    public TrainerBuilder KeepStatistics() => Set(_options with { KeepHeadStatistics = true });

    private TrainerBuilder StartFrom(HeadStart start) => Set(_options with { HeadStart = start }, nameof(TrainerOptions.HeadStart));
}
