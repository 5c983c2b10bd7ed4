using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>Spreads every label over the sides of a split, or over folds, as evenly as can be.</summary>
/// <remarks>K. Sechidis, G. Tsoumakas and I. Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011.</remarks>
internal static class IterativeStratification
{
    /// <summary>The positions of the samples to hold out: at least one, and not all.</summary>
    public static IReadOnlyCollection<int> HeldOut(LabelsTarget[] targets, double validation, RandomStream random)
    {
        List<int>[] sides = Spread(targets, [1 - validation, validation], random);
        (List<int> training, List<int> heldOut) = (sides[0], sides[1]);
        if (heldOut.Count == 0)
            return [training[0]];
        return training.Count > 0 ? heldOut : heldOut.GetRange(1, heldOut.Count - 1);
    }

    /// <summary>The positions of the samples of each side.</summary>
    public static List<int>[] Spread(LabelsTarget[] targets, double[] shares, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, targets.Length)];
        random.Shuffle<int>(order);
        Dictionary<int, List<int>> members = order.SelectMany(sample => targets[sample].Indices.Select(label => (label, sample)))
            .GroupBy(entry => entry.label, entry => entry.sample).ToDictionary(group => group.Key, group => group.ToList());

        Side[] sides = [.. shares.Select(share => new Side(share, targets.Length, members))];
        var left = new HashSet<int>(order);
        while (members.Count > 0)
        {
            // The rarest label first: of the common ones there are enough to even things out later.
            int rarest = members.MinBy(entry => (entry.Value.Count, entry.Key)).Key;
            foreach (int sample in members[rarest].ToArray())
            {
                Assign(sample, MostBy(sides, side => side.Wants(rarest)));
                foreach (int label in targets[sample].Indices)
                    members[label].Remove(sample);
            }
            foreach (int done in members.Where(entry => entry.Value.Count == 0).Select(entry => entry.Key).ToArray())
                members.Remove(done);
        }
        foreach (int unlabeled in order.Where(left.Contains).ToArray())
            Assign(unlabeled, sides);
        return Array.ConvertAll(sides, side => side.Samples);

        void Assign(int sample, Side[] eager)
        {
            eager = MostBy(eager, side => side.WantsAny);
            eager[eager.Length > 1 ? random.NextInt32(eager.Length) : 0].Take(sample, targets[sample]);
            left.Remove(sample);
        }
    }

    private static Side[] MostBy(Side[] sides, Func<Side, double> wanted)
    {
        double most = sides.Max(wanted);
        return Array.FindAll(sides, side => wanted(side) == most);
    }

    /// <summary>One side, and how many samples it still wants, of each label and at all.</summary>
    private sealed class Side(double share, int samples, Dictionary<int, List<int>> members)
    {
        private readonly Dictionary<int, double> _wanted = members.ToDictionary(entry => entry.Key, entry => share * entry.Value.Count);

        public List<int> Samples { get; } = [];

        public double WantsAny => share * samples - Samples.Count;

        public double Wants(int label) => _wanted[label];

        public void Take(int sample, LabelsTarget target)
        {
            Samples.Add(sample);
            foreach (int label in target.Indices)
                _wanted[label]--;
        }
    }
}
