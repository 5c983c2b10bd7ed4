using TransferLearning.Metrics;

namespace TransferLearning.Tests.Metrics;

public sealed class RankingsTests
{
    [Fact]
    public void Scores_WithNaN_AreRankedLowest()
    {
        double[] scores = [double.NaN, 0.5, double.NaN];

        Assert.Equal(0, Rankings.RocAuc(scores, [true, false, true]));
        Assert.Equal(1, Rankings.RocAuc(scores, [false, true, false]));
        Assert.Equal(2 / 3.0, Rankings.AveragePrecision(scores, [true, false, true]), 1e-12);
    }

    [Fact]
    public void Scores_WithoutAPair_HaveNoRanking()
    {
        Assert.Equal(double.NaN, Rankings.RocAuc([0.5], [true]));
        Assert.Equal(double.NaN, Rankings.RocAuc([], []));
        Assert.Equal(double.NaN, Rankings.AveragePrecision([0.5], [false]));
    }
}
