using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;

namespace Extending;

/// <summary>Draws as many samples of each class, whatever their numbers in the source.</summary>
public sealed class BalancedSampler : ISampler
{
    public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
    {
        int[][] classes = [.. samples.Index().GroupBy(entry => entry.Item.ClassIndex, entry => entry.Index).Select(group => group.ToArray())];
        int[] chosen = [.. Enumerable.Range(0, samples.Count).Select(position => Draw(classes[position % classes.Length], random))];
        random.Shuffle<int>(chosen);
        return chosen;
    }

    private static int Draw(int[] members, RandomStream random) => members[random.NextInt32(members.Length)];
}
