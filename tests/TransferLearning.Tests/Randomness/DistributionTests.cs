using TransferLearning.Randomness;

namespace TransferLearning.Tests.Randomness;

public sealed class DistributionTests
{
    [Theory]
    [InlineData(0.2, 0.2)]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(0.5, 3)]
    public void Beta_ManyDraws_HaveItsMeanAndVariance(double alpha, double beta)
    {
        var random = new RandomStream(1);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => random.Beta(alpha, beta))];

        double mean = alpha / (alpha + beta), variance = mean * (1 - mean) / (alpha + beta + 1);
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(mean, draws.Average(), 0.01);
        Assert.Equal(variance, draws.Average(draw => (draw - mean) * (draw - mean)), 0.005);
    }

    [Fact]
    public void Beta_OfTinyParameters_IsZeroOrOneAndNeverNaN()
    {
        var random = new RandomStream(1);
        double[] draws = [.. Enumerable.Range(0, 200).Select(index => random.Beta(index % 2 == 0 ? 1e-4 : double.Epsilon, 1e-4))];

        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Contains(draws, draw => draw > 0.99);
        Assert.Contains(draws, draw => draw < 0.01);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Beta_ParameterOutOfRange_IsRefused(double wrong)
    {
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).Beta(wrong, 1)).ParamName);
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).Beta(1, wrong)).ParamName);
    }

    [Fact]
    public void Dirichlet_Weights_AddUpToOneAndHaveTheirMean()
    {
        var random = new RandomStream(1);
        double[][] draws = [.. Enumerable.Range(0, 5000).Select(_ => random.Dirichlet(1, 3))];

        Assert.All(draws, draw => Assert.Equal(1, draw.Sum(), 1e-12));
        Assert.Equal(1 / 3.0, draws.Average(draw => draw[0]), 0.01);
    }
}
