using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class SlowdownTests
{
    [Theory]
    [InlineData("10 11 9 10 12 25 26 25", "")]                  // slower, but not by much
    [InlineData("10 500 10 500 500 10 10", "")]                 // slow for a moment
    [InlineData("10 100 100 100", "3")]                         // slow three times
    [InlineData("100 100 10 100 40 31 10", "5")]                // measured by the fastest so far
    public void Noticed_OverSteps_IsTrueWhereThreeInARowAreSlow(string milliseconds, string noticed)
    {
        var slowdown = new Slowdown();

        IEnumerable<int> found = milliseconds.Split(' ').Select((text, index) => (Noticed: slowdown.Noticed(TimeSpan.FromMilliseconds(int.Parse(text))), index))
            .Where(step => step.Noticed).Select(step => step.index);

        Assert.Equal(noticed, string.Join(" ", found));
    }
}
