using System.Runtime.CompilerServices;

namespace TransferLearning.Transforms;

/// <summary>Argument checks of the operations; each message names the argument, the value and the valid range.</summary>
internal static class Guard
{
    public static int Side(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value} pixels; it must be at least 1.");

    public static double Between(double low, double high, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= low && value <= high
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be from {low} to {high}."));

    public static double AboveZeroUpTo(double high, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && value <= high
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be above 0 and at most {high}."));

    public static double FiniteAndNotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be finite and at least 0."));

    public static TEnum Defined<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string name = "")
        where TEnum : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
}
