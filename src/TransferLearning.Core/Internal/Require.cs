using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TransferLearning.Internal;

/// <summary>
/// Argument checks: each returns the value if it is in range, and otherwise names the argument, the value and the range.
/// The name is the checked expression, or the property where an accessor checks its <c>value</c>.
/// </summary>
internal static class Require
{
    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class =>
        value ?? throw new ArgumentNullException(name);

    public static T AtLeast<T>(
        T minimum, T value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "")
        where T : IBinaryInteger<T> =>
        value >= minimum ? value : throw OutOfRange(value, $"at least {minimum}", name, member);

    public static double AtLeast(
        double minimum, double value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "") =>
        double.IsFinite(value) && value >= minimum
            ? value
            : throw OutOfRange(value, Invariant($"a finite number of at least {minimum}"), name, member);

    public static double AboveZero(
        double value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "") =>
        double.IsFinite(value) && value > 0 ? value : throw OutOfRange(value, "a finite number above 0", name, member);

    public static double AboveZeroUpTo(
        double high, double value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "") =>
        value > 0 && value <= high ? value : throw OutOfRange(value, Invariant($"above 0 and at most {high}"), name, member);

    public static double BelowOne(
        double value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "") =>
        value is >= 0 and < 1 ? value : throw OutOfRange(value, "at least 0 and below 1", name, member);

    public static double Between(
        double low, double high, double value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "") =>
        value >= low && value <= high ? value : throw OutOfRange(value, Invariant($"from {low} to {high}"), name, member);

    public static TEnum Defined<TEnum>(
        TEnum value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "")
        where TEnum : struct, Enum =>
        Enum.IsDefined(value) ? value : throw OutOfRange(value, $"one of {string.Join(", ", Enum.GetNames<TEnum>())}", name, member);

    private static ArgumentOutOfRangeException OutOfRange(object value, string range, string name, string member)
    {
        string argument = name == "value" ? member : name;
        return new ArgumentOutOfRangeException(argument, value, Invariant($"{argument} is {value}; it must be {range}."));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
