using TransferLearning.Heads;
using TransferLearning.Training;

namespace TransferLearning;

// How the head starts, if not from random weights.
public sealed partial class TrainerBuilder
{
    /// <summary>Solves the head in closed form before the first step, as epoch 0 (linear probing, then fine-tuning: Kumar et al., 2022). No epochs are
    /// spent on the head alone then, unless <see cref="Freeze"/> says so.</summary>
    /// <param name="solver">How the head is computed, see <see cref="HeadSolvers"/>; ridge by default.</param>
    public TrainerBuilder StartFromSolvedHead(IHeadSolver? solver = null)
    {
        bool isDefault = !_called.Contains(nameof(Freeze)) && _options.Freeze == TrainerOptions.HeadFirst;
        FreezePolicy policy = isDefault ? FreezePolicy.Nothing : _options.Freeze;
        return Set(_options with { HeadSolver = solver ?? HeadSolvers.Ridge(), Freeze = policy });
    }

    /// <summary>Keeps sums over the images of a solved head in its model, so that <see cref="Trainer.ExtendHead"/> can add others later.</summary>
    public TrainerBuilder KeepStatistics() => Set(_options with { KeepHeadStatistics = true });
}
