using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The order in which one epoch goes through the samples: a function of count, seed and epoch alone.</summary>
internal static class EpochOrder
{
    public static int[] Of(int count, int epoch, BatchLoaderOptions options)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        if (options.Shuffle)
            new RandomStream(options.Seed, RandomPurpose.Order, epoch).Shuffle<int>(order);
        return order;
    }
}
