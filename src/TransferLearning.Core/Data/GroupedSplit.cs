using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>Assigns whole groups of samples to the sides of a split, or to folds, so that these are as alike as groups allow.</summary>
/// <remarks>The largest group first, each to the side that then lacks most of the group's labels, in shares of all samples of a label.</remarks>
internal static class GroupedSplit
{
    private const int Bins = 10; // of numbers, in the place of labels

    /// <summary>The side of each sample.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="groupBy">The group of each.</param>
    /// <param name="shares">The share of the samples that each side is to have.</param>
    /// <param name="random">Decides among what is equal.</param>
    /// <param name="kept">Where each side is to have a group of each class, if groups allow: how many groups of a class the first side keeps; else 0.</param>
    /// <exception cref="InvalidDataException">There are fewer groups than sides, a class is in one group only, or a sample has no group.</exception>
    public static int[] Assign(IDatasetSource source, Func<Sample, string> groupBy, double[] shares, RandomStream random, int kept = 0)
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
        if (kept > 0 && source.Samples.All(sample => sample.Target is ClassTarget))
            Complete(sides, totals.Keys.Order(), kept);

        var assigned = new int[source.Samples.Count];
        foreach ((int index, Side side) in sides.Index())
        {
            foreach (int sample in side.Groups.SelectMany(group => group.Samples))
                assigned[sample] = index;
        }
        return assigned;
    }

    /// <summary>Gives each side that has no group of a class the smallest one that another can spare.</summary>
    private static void Complete(Side[] sides, IEnumerable<int> classes, int kept)
    {
        foreach (int label in classes)
        {
            foreach (Side lacking in sides.Where(side => side.CountGroups(label) == 0))
            {
                (Side From, Group Group) spared = sides.SelectMany((side, index) => side.Groups
                    .Where(group => group.Labels.ContainsKey(label) && group.Labels.Keys.All(own => side.CountGroups(own) > (index == 0 ? kept : 1)))
                    .Select(group => (side, group))).OrderBy(entry => entry.group.Samples.Length).FirstOrDefault();
                if (spared.Group is not null)
                    lacking.Add(spared.From.Take(spared.Group));
            }
        }
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

        public Group TakeSmallest() => Take(Groups.MinBy(group => group.Samples.Length)!);

        public Group Take(Group group)
        {
            Groups.Remove(group);
            Count(group, -1);
            return group;
        }

        public int CountGroups(int label) => Groups.Count(group => group.Labels.ContainsKey(label));

        private void Count(Group group, int sign)
        {
            _samples += sign * group.Samples.Length;
            foreach ((int label, int count) in group.Labels)
                _labels[label] += sign * count;
        }
    }
}
