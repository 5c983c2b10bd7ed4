using System.Globalization;

namespace TransferLearning.Tests.Support;

/// <summary>
/// A culture that writes a comma for a decimal point, and a minus sign of its own. It is made by hand: the tests run in invariant
/// globalization, where no named culture can be made.
/// </summary>
internal static class OtherCulture
{
    public static T Run<T>(Func<T> work)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = ".";
        other.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = other;
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
