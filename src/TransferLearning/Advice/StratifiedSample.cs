using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Advice;

/// <summary>Some images of a training set, every class with its share, and with two at least.</summary>
internal static class StratifiedSample
{
    private const int FewestOfAClass = 5; // so that nearest neighbors can be of the same class
    private const int AlwaysTaken = 2;    // of each, so that one can be left out

    /// <summary>Draws images; all, if there are no more than asked for. Their order is the source's. Of too many classes, some are drawn.</summary>
    /// <param name="source">Images of one class each.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="seed">What the draw depends on.</param>
    public static Subset Draw(IDatasetSource source, int count, long seed)
    {
        if (source.Samples.Count <= count)
            return new Subset(source, Enumerable.Range(0, source.Samples.Count));
        IGrouping<int, int>[] classes = [.. Enumerable.Range(0, source.Samples.Count).GroupBy(index => source.Samples[index].ClassIndex)];
        new RandomStream(seed, RandomPurpose.Advice).Shuffle(classes.AsSpan());

        // Each image stands at its place among its shuffled class, as a fraction; the lowest fractions are taken, class by class in turn.
        var places = new List<(double Place, int Class, int Index)>();
        foreach (IGrouping<int, int> group in classes.Take(count / FewestOfAClass))
        {
            int[] members = [.. group];
            new RandomStream(seed, RandomPurpose.Advice, group.Key).Shuffle(members.AsSpan());
            places.AddRange(members.Select((index, position) => (position < AlwaysTaken ? 0 : (position + 0.5) / members.Length, group.Key, index)));
        }
        return new Subset(source, places.Order().Take(count).Select(place => place.Index).Order());
    }
}
