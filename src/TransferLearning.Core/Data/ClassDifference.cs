namespace TransferLearning.Data;

/// <summary>Where the classes of two sources disagree.</summary>
internal static class ClassDifference
{
    /// <summary>What differs, in a sentence; null where both have the same classes in the same order.</summary>
    public static string? Describe(IReadOnlyList<string> first, string firstName, IReadOnlyList<string> second, string secondName)
    {
        if (first.SequenceEqual(second, StringComparer.Ordinal))
            return null;

        IEnumerable<string> differences =
        [
            .. first.Except(second).Select(name => $"'{name}' is only in {firstName}"),
            .. second.Except(first).Select(name => $"'{name}' is only in {secondName}"),
        ];
        string found = string.Join(", ", differences);
        return found.Length > 0
            ? $"The classes differ: {found}. Both sides need the same ones."
            : $"The classes stand in another order: {string.Join(", ", first)} in {firstName}, {string.Join(", ", second)} in {secondName}. "
                + "Both sides need the same one.";
    }
}
