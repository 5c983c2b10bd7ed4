using System.Globalization;

namespace TransferLearning.Internal;

/// <summary>Numbers as messages and files show them, whatever the culture.</summary>
internal static class NumbersText
{
    /// <summary>Such as "0.5, 2".</summary>
    public static string Of<T>(IEnumerable<T> numbers)
        where T : IFormattable =>
        string.Join(", ", numbers.Select(number => number.ToString(format: null, CultureInfo.InvariantCulture)));
}
