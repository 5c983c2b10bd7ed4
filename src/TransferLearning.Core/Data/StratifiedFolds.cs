using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>Folds that are alike in their targets; see <see cref="DatasetSourceExtensions.Folds"/>.</summary>
internal static class StratifiedFolds
{
    private const long Repeats = -1; // keeps the streams of folds apart from those of a split's classes

    public static IReadOnlyList<DatasetSplit> Of(IDatasetSource source, int count, long seed, int repeats, Func<Sample, string>? groupBy)
    {
        if (source.Samples.Count < count)
            throw new InvalidDataException($"The source has {source.Samples.Count} samples for {count} folds; each fold needs at least one.");
        return [.. Enumerable.Range(0, repeats).SelectMany(repeat => Once(source, Assign(source, count, [seed, repeat], groupBy), count))];
    }

    private static IEnumerable<DatasetSplit> Once(IDatasetSource source, int[] folds, int count)
    {
        int[] classes = [.. source.Samples.Select(sample => sample.Target).OfType<ClassTarget>().Select(target => target.Index)];
        Dictionary<int, int> totals = classes.CountBy(index => index).ToDictionary();
        for (int fold = 0; fold < count; fold++)
        {
            int[] heldOut = [.. Enumerable.Range(0, folds.Length).Where(index => folds[index] == fold)];
            if (heldOut.Length == 0)
            {
                throw new InvalidDataException(
                    $"Fold {fold + 1} of {count} would be empty: the labels do not spread so far. Choose fewer folds or another seed.");
            }
            if (classes.Length == folds.Length && heldOut.CountBy(index => classes[index])
                .FirstOrDefault(held => held.Value == totals[held.Key]) is { Value: > 0 } whole)
            {
                throw new InvalidDataException(PrintableText.Of($"All samples of '{StratifiedSplit.NameOf(source, whole.Key)}' would be in fold {fold + 1} of "
                    + $"{count}, with none left to learn from. Choose fewer folds, another seed or smaller groups."));
            }
            yield return StratifiedSplit.HoldOut(source, heldOut);
        }
    }

    private static int[] Assign(IDatasetSource source, int count, long[] key, Func<Sample, string>? groupBy)
    {
        double[] shares = [.. Enumerable.Repeat(1.0 / count, count)];
        if (groupBy is not null)
            return GroupedSplit.Assign(source, groupBy, shares, Stream(key));
        Target[] targets = [.. source.Samples.Select(sample => sample.Target)];
        if (StratifiedSplit.TargetsOf<ClassTarget>(targets) is { } classes)
            return OfEachClass(source, classes, count, key);
        if (StratifiedSplit.TargetsOf<LabelsTarget>(targets) is { } labels)
            return Numbered(IterativeStratification.Spread(labels, shares, Stream(key)), targets.Length);

        ValuesTarget[]? values = StratifiedSplit.TargetsOf<ValuesTarget>(targets);
        int[] order = [.. Enumerable.Range(0, targets.Length).OrderBy(index => values?[index].Numbers.FirstOrDefault() ?? 0)];
        RandomStream random = Stream(key);
        if (values is null)
            random.Shuffle<int>(order);
        var folds = new int[targets.Length];
        foreach (int[] run in order.Chunk(count)) // a run of neighbors goes one to each fold
        {
            int[] numbers = [.. Enumerable.Range(0, count)];
            random.Shuffle<int>(numbers);
            foreach ((int sample, int fold) in run.Zip(numbers))
                folds[sample] = fold;
        }
        return folds;
    }

    /// <summary>The fold of each member. Dealt like cards, each class on from where the one before ended: so folds are equally large too.</summary>
    /// <param name="classes">The class of each member.</param>
    /// <param name="count">How many folds there are.</param>
    /// <param name="randomOf">What the members of a class are shuffled by.</param>
    public static int[] Deal(IReadOnlyList<int> classes, int count, Func<int, RandomStream> randomOf)
    {
        var folds = new int[classes.Count];
        int dealt = 0;
        foreach (IGrouping<int, int> group in Enumerable.Range(0, classes.Count).GroupBy(index => classes[index]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            randomOf(group.Key).Shuffle<int>(members);
            foreach (int member in members)
                folds[member] = dealt++ % count;
        }
        return folds;
    }

    private static int[] OfEachClass(IDatasetSource source, ClassTarget[] targets, int count, long[] key)
    {
        string[] tooFew = [.. targets.CountBy(target => target.Index).Where(of => of.Value < count).OrderBy(of => of.Key)
            .Select(of => $"'{StratifiedSplit.NameOf(source, of.Key)}' has {of.Value}")];
        if (tooFew.Length > 0)
            throw new InvalidDataException(PrintableText.Of($"Each of {count} folds needs a sample of each class; {string.Join(", ", tooFew)}."));
        return Deal([.. targets.Select(target => target.Index)], count, of => Stream([.. key, of]));
    }

    private static int[] Numbered(List<int>[] sides, int samples)
    {
        var folds = new int[samples];
        foreach ((int fold, List<int> members) in sides.Index())
        {
            foreach (int sample in members)
                folds[sample] = fold;
        }
        return folds;
    }

    private static RandomStream Stream(long[] key) => new(key[0], [RandomPurpose.Split, Repeats, .. key[1..]]);
}
