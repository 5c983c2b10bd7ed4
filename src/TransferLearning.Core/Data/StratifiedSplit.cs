using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>A random stratified split; see <see cref="DatasetSourceExtensions.Split"/>.</summary>
internal static class StratifiedSplit
{
    public static void RequireFraction(double validation)
    {
        if (!(validation > 0 && validation < 1))
            throw new ArgumentOutOfRangeException(
                nameof(validation), validation, "The validation fraction must be above 0 and below 1; 0.2 holds out a fifth.");
    }

    public static DatasetSplit Of(IDatasetSource source, double validation, long seed, double test = 0, Func<Sample, string>? groupBy = null)
    {
        RequireFraction(validation);
        if (!(test >= 0 && test + validation < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(test), test, FormattableString.Invariant(
                $"The test fraction must be at least 0 and, with that for validation, {validation}, below 1."));
        }
        if (test == 0)
            return TwoSides(source, validation, seed, groupBy, kept: 1);

        DatasetSplit outer = TwoSides(source, test, seed, groupBy, kept: 2);
        DatasetSplit inner = OfRest(outer.Training, validation / (1 - test), seed, groupBy);
        return inner with { Test = outer.Validation, Skipped = outer.Skipped };
    }

    // Of each class that is on both sides, training keeps some number of groups at least: two, where it is to be split once more.
    private static DatasetSplit TwoSides(IDatasetSource source, double heldOut, long seed, Func<Sample, string>? groupBy, int kept) =>
        HoldOut(source, groupBy is null ? HeldOut(source, heldOut, seed) : OfGroups(source, heldOut, seed, groupBy, kept));

    /// <summary>The split whose validation samples are those at some positions.</summary>
    public static DatasetSplit HoldOut(IDatasetSource source, IEnumerable<int> positions)
    {
        HashSet<int> heldOut = [.. positions];
        IEnumerable<int> all = Enumerable.Range(0, source.Samples.Count);
        return new DatasetSplit(new Subset(source, all.Where(index => !heldOut.Contains(index))), new Subset(source, heldOut.Order()))
        {
            Skipped = (source as ISkippingSource)?.Skipped ?? [],
        };
    }

    private static DatasetSplit OfRest(IDatasetSource rest, double validation, long seed, Func<Sample, string>? groupBy)
    {
        try
        {
            return TwoSides(rest, validation, seed, groupBy, kept: 1);
        }
        catch (InvalidDataException tooFew)
        {
            throw new InvalidDataException($"Once the test samples are set aside, there are too few for training and validation. {tooFew.Message}", tooFew);
        }
    }

    private static IEnumerable<int> OfGroups(IDatasetSource source, double validation, long seed, Func<Sample, string> groupBy, int kept)
    {
        int[] sides = GroupedSplit.Assign(source, groupBy, [1 - validation, validation], new RandomStream(seed, RandomPurpose.Split), kept);
        if (TargetsOf<ClassTarget>([.. source.Samples.Select(sample => sample.Target)]) is { } classes
            && classes.Zip(sides).GroupBy(entry => entry.First.Index).FirstOrDefault(group => group.All(entry => entry.Second == 1)) is { } whole)
        {
            throw new InvalidDataException(PrintableText.Of(
                $"All samples of '{NameOf(source, whole.Key)}' would be held out, with none left to learn from. Choose another seed or smaller groups."));
        }
        return Enumerable.Range(0, sides.Length).Where(index => sides[index] == 1);
    }

    private static IEnumerable<int> HeldOut(IDatasetSource source, double validation, long seed)
    {
        Target[] targets = [.. source.Samples.Select(sample => sample.Target)];
        if (targets.Length == 0)
            throw new InvalidDataException("The source has no samples; a split needs at least two.");
        if (TargetsOf<ClassTarget>(targets) is { } classes)
            return OfEachClass(source, classes, validation, seed);
        if (targets.Length == 1)
            throw new InvalidDataException($"The source has one sample, '{source.Samples[0].Name}'; a split needs at least two.");

        if (TargetsOf<LabelsTarget>(targets) is { } labels)
            return IterativeStratification.HeldOut(labels, validation, new RandomStream(seed, RandomPurpose.Split));
        ValuesTarget[]? values = TargetsOf<ValuesTarget>(targets);
        int[] order = [.. Enumerable.Range(0, targets.Length).OrderBy(index => values?[index].Numbers.FirstOrDefault() ?? 0)];
        return values is null
            ? AtRandom(order, CountOf(validation, order.Length), new RandomStream(seed, RandomPurpose.Split))
            : OneOfEachRun(order, CountOf(validation, order.Length), new RandomStream(seed, RandomPurpose.Split));
    }

    /// <summary>The targets, if all are of one kind; else null.</summary>
    public static T[]? TargetsOf<T>(IReadOnlyCollection<Target> targets)
        where T : Target => targets.All(target => target is T) ? [.. targets.Cast<T>()] : null;

    private static int CountOf(double validation, int samples) => Math.Clamp((int)Math.Round(validation * samples), 1, samples - 1);

    private static IEnumerable<int> OfEachClass(IDatasetSource source, ClassTarget[] targets, double validation, long seed)
    {
        ILookup<int, int> members = Enumerable.Range(0, targets.Length).ToLookup(index => targets[index].Index);
        string[] single = [.. members.Where(group => group.Count() == 1)
            .Select(group => $"'{NameOf(source, group.Key)}' ('{source.Samples[group.First()].Name}')")];
        if (single.Length > 0)
            throw new InvalidDataException(PrintableText.Of(
                $"A split needs at least two samples of a class, one for each side; there is only one of {string.Join(", ", single)}."));

        // A stream for each class: what one class gains or loses does not reshuffle the others.
        return members.SelectMany(group => AtRandom([.. group], CountOf(validation, group.Count()), new RandomStream(seed, RandomPurpose.Split, group.Key)));
    }

    // An index that is no class is reported with all else that is wrong when a trainer is built.
    public static string NameOf(IDatasetSource source, int index) => source.Classes.ElementAtOrDefault(index) ?? $"class {index}";

    private static IEnumerable<int> AtRandom(int[] members, int count, RandomStream random)
    {
        random.Shuffle<int>(members);
        return members.Take(count);
    }

    private static IEnumerable<int> OneOfEachRun(int[] sorted, int count, RandomStream random)
    {
        for (int run = 0; run < count; run++)
        {
            int start = (int)((long)sorted.Length * run / count);
            int end = (int)((long)sorted.Length * (run + 1) / count);
            yield return sorted[start + random.NextInt32(end - start)];
        }
    }
}
