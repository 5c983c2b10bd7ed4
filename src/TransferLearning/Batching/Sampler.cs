using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The built-in samplers; implement <see cref="ISampler"/> for another.</summary>
public static class Sampler
{
    /// <summary>Every sample once, in the order of the source.</summary>
    public static ISampler InOrder { get; } = new SequentialSampler();

    /// <summary>Every sample once, shuffled anew in every epoch.</summary>
    public static ISampler Shuffled { get; } = new ShufflingSampler();

    private sealed class SequentialSampler : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random) => [.. Enumerable.Range(0, samples.Count)];
    }

    private sealed class ShufflingSampler : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
        {
            int[] order = [.. Enumerable.Range(0, samples.Count)];
            random.Shuffle<int>(order);
            return order;
        }
    }
}
