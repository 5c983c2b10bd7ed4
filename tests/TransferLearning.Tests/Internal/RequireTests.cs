using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Internal;

public sealed class RequireTests
{
    private double Share { get; set => field = Require.BelowOne(value); }

    [Fact]
    public void Check_ValueInRange_ReturnsIt()
    {
        Assert.Equal(3, Require.AtLeast(3, 3));
        Assert.Equal(5L, Require.AtLeast(1, 5L));
        Assert.Equal(0.0, Require.AtLeast(0, 0.0));
        Assert.Equal(double.Epsilon, Require.AboveZero(double.Epsilon));
        Assert.Equal(2, Require.AboveZeroUpTo(2, 2));
        Assert.Equal(0, Require.BelowOne(0));
        Assert.Equal(0.5, Require.Between(0, 0.5, 0.5));
        Assert.Equal(UnreadablePolicy.Fail, Require.Defined(UnreadablePolicy.Fail));
    }

    [Fact]
    public void Check_ValueOutOfRange_NamesArgumentValueAndRange()
    {
        int workers = -1;
        double share = double.NaN;
        var policy = (UnreadablePolicy)9;

        AssertRefused("workers", "workers is -1; it must be at least 0.", () => Require.AtLeast(0, workers));
        AssertRefused("share", "share is NaN; it must be a finite number of at least 0.", () => Require.AtLeast(0, share));
        AssertRefused("share", "share is NaN; it must be a finite number above 0.", () => Require.AboveZero(share));
        AssertRefused("share", "share is NaN; it must be above 0 and at most 2.5.", () => Require.AboveZeroUpTo(2.5, share));
        AssertRefused("share", "share is NaN; it must be at least 0 and below 1.", () => Require.BelowOne(share));
        AssertRefused("share", "share is NaN; it must be from 0 to 0.5.", () => Require.Between(0, 0.5, share));
        AssertRefused("policy", "policy is 9; it must be one of Fail, SkipAndReport.", () => Require.Defined(policy));
    }

    [Fact]
    public void Check_InAnAccessor_NamesTheProperty() =>
        AssertRefused("Share", "Share is 1.5; it must be at least 0 and below 1.", () => Share = 1.5);

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Check_UnderAnotherCulture_WritesNumbersInvariantly(string culture)
    {
        double share = -1.5;

        string message = OtherCulture.Run(culture, () => Assert.Throws<ArgumentOutOfRangeException>(() => Require.Between(0, 0.5, share)).Message);

        Assert.StartsWith("share is -1.5; it must be from 0 to 0.5.", message);
    }

    private static void AssertRefused(string name, string message, Func<object> check)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => check());
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(message, error.Message);
    }
}
