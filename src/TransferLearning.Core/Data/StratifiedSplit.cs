using TransferLearning.Randomness;

namespace TransferLearning.Data;

/// <summary>A random split that holds out the same fraction of every class.</summary>
internal static class StratifiedSplit
{
    public static void RequireFraction(double validation)
    {
        if (!(validation > 0 && validation < 1))
            throw new ArgumentOutOfRangeException(nameof(validation), validation, "The validation fraction must be above 0 and below 1; 0.2 holds out a fifth.");
    }

    public static DatasetSplit Of(IDatasetSource source, double validation, long seed)
    {
        RequireFraction(validation);
        int[][] members = MembersByClass(source);

        var training = new List<int>(source.Samples.Count);
        var heldOut = new List<int>();
        for (int index = 0; index < members.Length; index++)
        {
            int[] shuffled = members[index];
            if (shuffled.Length == 0)
                continue;

            // A stream for each class: what one class gains or loses does not reshuffle the others.
            new RandomStream(seed, RandomPurpose.Split, index).Shuffle<int>(shuffled);
            int count = Math.Clamp((int)Math.Round(validation * shuffled.Length), 1, shuffled.Length - 1);
            heldOut.AddRange(shuffled[..count]);
            training.AddRange(shuffled[count..]);
        }
        training.Sort();
        heldOut.Sort();
        return new DatasetSplit(new Subset(source, training), new Subset(source, heldOut))
        {
            Skipped = source is ImageFolder folder ? folder.Skipped : [],
        };
    }

    private static int[][] MembersByClass(IDatasetSource source)
    {
        IReadOnlyList<Sample> samples = source.Samples;
        if (samples.Count == 0)
            throw new InvalidDataException("The source has no samples; a split needs at least two of a class.");

        ILookup<int, int> members = Enumerable.Range(0, samples.Count).ToLookup(index => samples[index].ClassIndex);
        string[] single = [.. members.Where(group => group.Count() == 1).Select(group => $"'{source.Classes[group.Key]}' ('{samples[group.First()].Name}')")];
        if (single.Length > 0)
            throw new InvalidDataException($"A split needs at least two samples of a class, one for each side; there is only one of {string.Join(", ", single)}.");

        return [.. source.Classes.Select((_, index) => members[index].ToArray())];
    }
}
