using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>In which order an epoch goes through the samples, and how often each comes.</summary>
/// <remarks>Implementations must be immutable.</remarks>
public interface ISampler
{
    /// <summary>Chooses the samples of one epoch.</summary>
    /// <param name="samples">All samples of the source.</param>
    /// <param name="random">What the choice may depend on: another sequence for every seed and epoch.</param>
    /// <returns>As many positions as there are samples. A sample may come several times, each time with random transforms of its own, or not at all.</returns>
    IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random);
}
