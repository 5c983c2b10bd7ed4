using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;

namespace Extending;

/// <summary>Draws the same samples with replacement in every epoch, in another order: one member of a bagged ensemble (Breiman, 1996) per seed.</summary>
public sealed class BootstrapSampler(long seed) : ISampler
{
    public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
    {
        var member = new RandomStream(seed); // not the epoch's
        int[] chosen = [.. samples.Select(_ => member.NextInt32(samples.Count))];
        random.Shuffle<int>(chosen);
        return chosen;
    }
}
