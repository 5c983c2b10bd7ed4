namespace TransferLearning.Data;

/// <summary>The names by which the two sides of a split are recognized, in any case of letters.</summary>
internal static class SplitNames
{
    private static readonly string[] _training = ["train", "training"];
    private static readonly string[] _validation = ["val", "valid", "validation", "test"];

    /// <summary>The names of both sides as they are spelled there; null unless both are. Among several, the first of the lists above.</summary>
    public static (string Training, string Validation)? Find(IReadOnlyCollection<string> names) =>
        First(_training, names) is { } training && First(_validation, names) is { } validation ? (training, validation) : null;

    private static string? First(string[] known, IReadOnlyCollection<string> names) => known
        .Select(name => names.FirstOrDefault(candidate => name.Equals(candidate, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(found => found is not null);
}
