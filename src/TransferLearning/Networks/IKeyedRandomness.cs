using TransferLearning.Randomness;

namespace TransferLearning.Networks;

/// <summary>
/// A layer that draws random numbers from a sequence of its own, as every built-in dropout does: before each training step the
/// sequence is reseeded, so that a fit uses the same random numbers whatever else runs in the process.
/// </summary>
/// <remarks>
/// PyTorch's dropout layers are not such layers: they draw from torch's generator, one for the process, which each training step of a
/// network that holds one seeds. A layer that draws in its own forward pass should implement this interface; what it draws from torch's
/// generator without a dropout layer beside it is not seeded.
/// </remarks>
public interface IKeyedRandomness
{
    /// <summary>Seeds the next random numbers.</summary>
    /// <param name="random">A sequence for this layer and this step alone.</param>
    void Restart(RandomStream random);
}
