namespace TransferLearning.Internal;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
internal static class NearestName
{
    // Names come from files too, and the time grows with their length.
    private const int LongestName = 100;

    /// <summary>The candidate at the smallest Levenshtein distance of the first 100 letters, ignoring case; the first of equals.</summary>
    public static string Of(string name, IReadOnlyList<string> candidates) =>
        candidates.MinBy(candidate => Distance(name, candidate))!;

    /// <summary>"Did you mean 'layer1'? ", or nothing where more than half of the name's letters would have to change.</summary>
    public static string Question(string name, IReadOnlyList<string> candidates)
    {
        if (candidates.Count == 0 || name.Length > LongestName)
            return "";
        string nearest = Of(name, candidates);
        return 2 * Distance(name, nearest) <= name.Length ? $"Did you mean '{nearest}'? " : "";
    }

    private static int Distance(string from, string to)
    {
        (from, to) = (from[..Math.Min(from.Length, LongestName)].ToLowerInvariant(), to.ToLowerInvariant());
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
