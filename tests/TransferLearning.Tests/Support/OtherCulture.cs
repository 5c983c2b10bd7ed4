using System.Globalization;

namespace TransferLearning.Tests.Support;

/// <summary>
/// The cultures whose text differs most from the invariant one: in Turkish, the small letter of I is not i; in German, a comma is
/// the decimal point; in Arabic, the minus sign comes with a mark of direction and years are not those of the Gregorian calendar.
/// </summary>
public sealed class OtherCulture : TheoryData<string>
{
    public OtherCulture()
    {
        Add("tr-TR");
        Add("de-DE");
        Add("ar-SA");
    }

    /// <summary>Does work under a culture; skips the test where the system knows no cultures.</summary>
    internal static T Run<T>(string name, Func<T> work)
    {
        AppContext.TryGetSwitch("System.Globalization.Invariant", out bool invariant);
        Skip.If(invariant || CultureInfo.GetCultures(CultureTypes.SpecificCultures).Length < 2, "the system has no data of cultures (ICU)");
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(name);
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
