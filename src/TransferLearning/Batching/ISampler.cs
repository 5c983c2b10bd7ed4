using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The order of the samples within an epoch, and how often each occurs.</summary>
/// <remarks>Implementations must be immutable and thread-safe.</remarks>
public interface ISampler
{
    /// <summary>Chooses the samples of one epoch.</summary>
    /// <param name="samples">All samples of the source.</param>
    /// <param name="random">A random sequence that depends only on the seed and the epoch.</param>
    /// <returns>As many indices as there are samples. A sample may occur several times, each with its own random transforms, or not at all.</returns>
    IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random);
}
