using System.Text;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>Where the classes of two sources disagree.</summary>
internal static class ClassDifference
{
    /// <summary>What differs, be it the Unicode form of a name alone, in a sentence; null where both have the same classes in the same order.</summary>
    public static string? Describe(IReadOnlyList<string> first, string firstName, IReadOnlyList<string> second, string secondName)
    {
        if (first.Union(second).GroupBy(Composed).FirstOrDefault(group => group.Count() > 1) is { } alike)
        {
            string forms = string.Join(" and ", alike.Select(name => $"'{PrintableText.Codes(name)}'"));
            return $"The classes {forms} are one name, '{alike.Key}', with its accents composed and decomposed (Unicode NFC and NFD). Spell it one way.";
        }
        if (first.SequenceEqual(second, StringComparer.Ordinal))
            return null;

        IEnumerable<string> differences =
        [
            .. first.Except(second).Select(name => $"'{name}' is only in {firstName}"),
            .. second.Except(first).Select(name => $"'{name}' is only in {secondName}"),
        ];
        string found = string.Join(", ", differences);
        return PrintableText.Of(found.Length > 0
            ? $"The classes differ: {found}. Both sides need the same ones."
            : $"The classes stand in another order: {string.Join(", ", first)} in {firstName}, {string.Join(", ", second)} in {secondName}. "
                + "Both sides need the same one.");
    }

    private static string Composed(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return name; // no valid UTF-16
        }
    }
}
