using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>Assigns whole groups of samples to the sides of a split, or to folds, so that these are as alike as groups allow.</summary>
/// <remarks>The largest group first, each to the side that then lacks most of the group's labels, in shares of all samples of a label.</remarks>
internal static class GroupedSplit
{
    private const int Bins = 10; // of numbers, in the place of labels

    /// <summary>The side of each sample.</summary>
    /// <exception cref="InvalidDataException">There are fewer groups than sides, a class is in one group only, or a sample has no group.</exception>
    public static int[] Assign(IDatasetSource source, Func<Sample, string> groupBy, double[] shares, RandomStream random)
    {
        int[][] labels = LabelsOf(source.Samples);
        Group[] groups = Find(source, groupBy, labels);
        Check(source, groups, shares.Length);

        random.Shuffle<Group>(groups);
        Dictionary<int, int> totals = labels.SelectMany(own => own).CountBy(label => label).ToDictionary();
        Side[] sides = Array.ConvertAll(shares, share => new Side(share, source.Samples.Count, totals));
        foreach (Group group in groups.OrderByDescending(group => group.Samples.Length))
            sides.MaxBy(side => side.Wants(group))!.Add(group);
        foreach (Side empty in sides.Where(side => side.Groups.Count == 0))
            empty.Add(sides.MaxBy(side => side.Groups.Count)!.TakeSmallest());

        var assigned = new int[source.Samples.Count];
        foreach ((int index, Side side) in sides.Index())
        {
            foreach (int sample in side.Groups.SelectMany(group => group.Samples))
                assigned[sample] = index;
        }
        return assigned;
    }

    private static Group[] Find(IDatasetSource source, Func<Sample, string> groupBy, int[][] labels)
    {
        return [.. source.Samples.Index().GroupBy(entry => NameOf(entry.Item), entry => entry.Index, StringComparer.Ordinal).Select(members =>
            new Group(members.Key, [.. members], members.SelectMany(sample => labels[sample]).CountBy(label => label).ToDictionary()))];

        string NameOf(Sample sample) => groupBy(sample)
            ?? throw new InvalidDataException(PrintableText.Of($"The group of '{sample.Name}' is null; each sample needs one."));
    }

    private static void Check(IDatasetSource source, Group[] groups, int sides)
    {
        if (groups.Length < sides)
        {
            string found = groups.Length == 0 ? "there are none" : $"there {(groups.Length == 1 ? "is" : "are")} {groups.Length}, such as '{groups[0].Name}'";
            throw new InvalidDataException(PrintableText.Of($"At least {sides} groups are needed, one for each side or fold; {found}."));
        }
        if (StratifiedSplit.TargetsOf<ClassTarget>([.. source.Samples.Select(sample => sample.Target)]) is null)
            return;
        string[] confined = [.. groups.SelectMany(group => group.Labels.Keys.Select(label => (label, group.Name)))
            .GroupBy(entry => entry.label, entry => entry.Name)
            .Where(members => members.Count() == 1).Select(members => $"'{StratifiedSplit.NameOf(source, members.Key)}' (in '{members.Single()}')")];
        if (confined.Length > 0)
            throw new InvalidDataException(PrintableText.Of(
                $"A class must be in at least two groups, to be learned while one is held out; in one only: {string.Join(", ", confined)}."));
    }

    private static int[][] LabelsOf(IReadOnlyList<Sample> samples)
    {
        if (StratifiedSplit.TargetsOf<ValuesTarget>([.. samples.Select(sample => sample.Target)]) is not { } values)
        {
            return [.. samples.Select(sample => sample.Target switch
            {
                ClassTarget single => [single.Index],
                LabelsTarget several => several.Indices.ToArray(),
                _ => [],
            })];
        }
        var bins = new int[values.Length][];
        foreach ((int rank, int sample) in Enumerable.Range(0, values.Length).OrderBy(index => values[index].Numbers.FirstOrDefault()).Index())
            bins[sample] = [(int)((long)rank * Bins / values.Length)];
        return bins;
    }

    private sealed record Group(string Name, int[] Samples, Dictionary<int, int> Labels);

    private sealed class Side(double share, int samples, Dictionary<int, int> totals)
    {
        private readonly Dictionary<int, int> _labels = totals.Keys.ToDictionary(label => label, _ => 0);
        private int _samples;

        public List<Group> Groups { get; } = [];

        /// <summary>How much of the group's labels it still lacks; of equals, how many samples.</summary>
        public (double, double) Wants(Group group) => (
            group.Labels.Sum(label => label.Value * (share * totals[label.Key] - _labels[label.Key]) / ((double)totals[label.Key] * totals[label.Key])),
            share * samples - _samples);

        public void Add(Group group)
        {
            Groups.Add(group);
            Count(group, 1);
        }

        public Group TakeSmallest()
        {
            Group smallest = Groups.MinBy(group => group.Samples.Length)!;
            Groups.Remove(smallest);
            Count(smallest, -1);
            return smallest;
        }

        private void Count(Group group, int sign)
        {
            _samples += sign * group.Samples.Length;
            foreach ((int label, int count) in group.Labels)
                _labels[label] += sign * count;
        }
    }
}
