using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>Spreads every label over both sides of a split as evenly as can be.</summary>
/// <remarks>K. Sechidis, G. Tsoumakas and I. Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011, for two subsets.</remarks>
internal static class IterativeStratification
{
    /// <summary>The positions of the samples to hold out: at least one, and not all.</summary>
    public static IReadOnlyCollection<int> HeldOut(LabelsTarget[] targets, double validation, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, targets.Length)];
        random.Shuffle<int>(order);
        Dictionary<int, List<int>> members = order.SelectMany(sample => targets[sample].Indices.Select(label => (label, sample)))
            .GroupBy(entry => entry.label, entry => entry.sample).ToDictionary(group => group.Key, group => group.ToList());

        Side training = new(1 - validation, targets.Length, members), heldOut = new(validation, targets.Length, members);
        var left = new HashSet<int>(order);
        while (members.Count > 0)
        {
            // The rarest label first: of the common ones there are enough to even things out later.
            int rarest = members.MinBy(entry => (entry.Value.Count, entry.Key)).Key;
            foreach (int sample in members[rarest].ToArray())
            {
                Assign(sample, training.Wants(rarest).CompareTo(heldOut.Wants(rarest)));
                foreach (int label in targets[sample].Indices)
                    members[label].Remove(sample);
            }
            foreach (int done in members.Where(entry => entry.Value.Count == 0).Select(entry => entry.Key).ToArray())
                members.Remove(done);
        }
        foreach (int unlabeled in order.Where(left.Contains).ToArray())
            Assign(unlabeled, preference: 0);

        if (heldOut.Samples.Count == 0)
            return [order[0]];
        return training.Samples.Count > 0 ? heldOut.Samples : heldOut.Samples.GetRange(1, heldOut.Samples.Count - 1);

        void Assign(int sample, int preference)
        {
            if (preference == 0)
                preference = training.WantsAny.CompareTo(heldOut.WantsAny);
            (preference > 0 || (preference == 0 && random.NextInt32(2) == 0) ? training : heldOut).Take(sample, targets[sample]);
            left.Remove(sample);
        }
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
