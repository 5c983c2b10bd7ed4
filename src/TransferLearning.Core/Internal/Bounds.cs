using System.Globalization;

namespace TransferLearning.Internal;

/// <summary>Lets a number through that lies in its range, and explains one that does not.</summary>
internal static class Bounds
{
    public static double AtLeastZero(double value, string name) =>
        double.IsFinite(value) && value >= 0 ? value : throw Outside(value, name, "a finite number of at least 0");

    public static double AboveZero(double value, string name) =>
        double.IsFinite(value) && value > 0 ? value : throw Outside(value, name, "a finite number above 0");

    public static double BelowOne(double value, string name) =>
        value is >= 0 and < 1 ? value : throw Outside(value, name, "at least 0 and below 1");

    public static double UpToOne(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw Outside(value, name, "0 to 1");

    private static ArgumentOutOfRangeException Outside(double value, string name, string range) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}."));
}
