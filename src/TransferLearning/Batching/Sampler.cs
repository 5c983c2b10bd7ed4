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

/// <summary>The built-in samplers; implement <see cref="ISampler"/> for another.</summary>
public static class Sampler
{
    /// <summary>Every sample once, in the order of the source.</summary>
    public static ISampler InOrder { get; } = new BuiltIn(shuffles: false);

    /// <summary>Every sample once, shuffled anew in every epoch.</summary>
    public static ISampler Shuffled { get; } = new BuiltIn(shuffles: true);

    private sealed class BuiltIn(bool shuffles) : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
        {
            int[] order = [.. Enumerable.Range(0, samples.Count)];
            if (shuffles)
                random.Shuffle<int>(order);
            return order;
        }
    }
}
