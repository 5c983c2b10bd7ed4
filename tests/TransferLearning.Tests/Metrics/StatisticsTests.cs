using TransferLearning.Metrics;

namespace TransferLearning.Tests.Metrics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(10, 2, 158.0 / 4096, 92.0 / 4096)]   // 1 + 12 + 66 of 2^12 on either side; less 66
    [InlineData(2, 10, 158.0 / 4096, 92.0 / 4096)]
    [InlineData(3, 3, 1, 1 - 20.0 / 128)]             // at a tie, half of the probability of the tie itself
    [InlineData(0, 0, 1, 1)]
    [InlineData(0, 6, 2.0 / 64, 1.0 / 64)]
    public void McNemar_OfFewImages_IsTheBinomialByHand(int onlyFirst, int onlySecond, double exact, double mid)
    {
        var test = new McNemarTest(onlyFirst, onlySecond);

        Assert.Equal(exact, test.PValue, 1e-12);
        Assert.Equal(mid, test.MidPValue, 1e-12);
    }

    [Fact]
    public void McNemar_OfManyImages_IsFinite() => Assert.InRange(new McNemarTest(5000, 5200).PValue, 0.04, 0.06);

    [Fact]
    public void CorrectedTTest_OfFiveFolds_IsWhatItIsByHand()
    {
        var test = new CorrectedTTest([0.1, 0.2, 0.3, 0.2, 0.2], heldOutRatio: 0.25);

        Assert.Equal(0.2, test.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(0.005), test.StandardDeviation, 1e-12);
        Assert.Equal(Math.Sqrt(0.45 * 0.005), test.StandardError, 1e-12);
        double t = 0.2 / Math.Sqrt(0.00225), u = 1 + t * t / 4;
        Assert.Equal(t, test.Statistic, 1e-12);
        Assert.Equal(1 - 0.75 * t / Math.Sqrt(u) * (1 - t * t / u / 12), test.PValue, 1e-11); // Student's t of 4 degrees in closed form
        Assert.Equal(0.2 - 2.7764451051977987 * test.StandardError, test.Low, 1e-10);
        Assert.Equal(0.2 + 2.7764451051977987 * test.StandardError, test.High, 1e-10);
        Assert.Equal("0.200 ± 0.071 (0.068 to 0.332)", test.ToString());
    }

    [Fact]
    public void CorrectedTTest_OfNumbersThatShareNoSamples_IsStudentsTest()
    {
        var test = new CorrectedTTest([0.1, 0.2, 0.3, 0.2, 0.2], heldOutRatio: 0);

        Assert.Equal(Math.Sqrt(0.005 / 5), test.StandardError, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrectedTTest([0.1, 0.2], heldOutRatio: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrectedTTest([0.1, 0.2], heldOutRatio: double.NaN));
    }

    [Fact]
    public void CorrectedTTest_OfEqualNumbers_IsSure()
    {
        Assert.Equal((1, 0), (new CorrectedTTest([0, 0, 0], 0.5).PValue, new CorrectedTTest([0.1, 0.1], 0.5).PValue));
        Assert.Equal((0.1, double.PositiveInfinity), (new CorrectedTTest([0.1, 0.1, 0.1], 0.5).Mean, new CorrectedTTest([0.1, 0.1, 0.1], 0.5).Statistic));
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => new CorrectedTTest([1, double.NaN], 0.5)).Message);
        Assert.Throws<ArgumentException>(() => new CorrectedTTest([1], 0.5));
    }

    [Theory]
    [InlineData(1, 12.706204736432095)]
    [InlineData(10, 2.2281388519649385)]
    [InlineData(1000, 1.9623390808264078)]
    public void StudentQuantile_IsThatOfTheTables(double freedom, double expected) =>
        Assert.Equal(expected, Distributions.StudentQuantile(0.95, freedom), 1e-9);

    [Fact]
    public void Normal_AndItsQuantile_AreThoseOfTheTables()
    {
        Assert.Equal(0.975, Distributions.Normal(1.959963984540054), 1e-14);
        Assert.Equal(-2.3263478740408408, Distributions.NormalQuantile(0.01), 1e-10);
    }

    [Fact]
    public void Bootstrap_OfAShare_IsNearlyTheBinomial()
    {
        double[] right = [.. Enumerable.Range(0, 200).Select(index => index < 160 ? 1.0 : 0)];
        Func<IReadOnlyList<int>, double> share = drawn => drawn.Average(index => right[index]);

        BootstrapInterval interval = BootstrapInterval.Of(200, share), again = BootstrapInterval.Of(200, share);
        BootstrapInterval other = BootstrapInterval.Of(200, share, new BootstrapOptions { Seed = 5 });

        Assert.Equal(0.8, interval.Value);
        Assert.Equal(0.8 - 1.96 * Math.Sqrt(0.8 * 0.2 / 200), interval.Low, 0.01);
        Assert.Equal(0.8 + 1.96 * Math.Sqrt(0.8 * 0.2 / 200), interval.High, 0.01);
        Assert.Equal(interval, again);
        Assert.NotEqual(interval, other);
        Assert.True(BootstrapInterval.Of(200, share, new BootstrapOptions { Level = 0.5 }) is var narrow && narrow.High - narrow.Low < 0.5 * (interval.High - interval.Low));
    }

    [Fact]
    public void Bootstrap_CorrectedOfASkewedMean_IsAFormulaOfBiasAndSkewness()
    {
        double[] values = [.. Enumerable.Range(1, 40).Select(index => Math.Pow(index / 40.0, 4))];
        var options = new BootstrapOptions { Method = BootstrapMethod.Bca, Draws = 4000 };
        var means = new List<double>();

        BootstrapInterval corrected = BootstrapInterval.Of(40, drawn => drawn.Average(index => values[index]), options);
        _ = BootstrapInterval.Of(40, drawn => { means.Add(drawn.Average(index => values[index])); return means[^1]; }, options with { Method = BootstrapMethod.Percentile });

        // For a mean, the acceleration is the skewness over 6 times the root of n (Efron 1987).
        double mean = values.Average(), squares = values.Sum(value => Math.Pow(value - mean, 2)), acceleration = values.Sum(value => Math.Pow(value - mean, 3)) / (6 * Math.Pow(squares, 1.5));
        double[] draws = [.. means.Skip(1).Order()];
        double bias = Distributions.NormalQuantile(draws.Count(draw => draw < mean) / 4000.0);
        Assert.Equal(End(-1.959963984540054), corrected.Low, 1e-6);
        Assert.Equal(End(1.959963984540054), corrected.High, 1e-6);

        double End(double z)
        {
            double place = 3999 * Distributions.Normal(bias + (bias + z) / (1 - acceleration * (bias + z)));
            return draws[(int)place] + (place - (int)place) * (draws[(int)place + 1] - draws[(int)place]);
        }
    }

    [Theory]
    [InlineData(BootstrapMethod.Percentile)]
    [InlineData(BootstrapMethod.Bca)]
    public void Bootstrap_OfOneImage_NeverMeasuresNone(BootstrapMethod method)
    {
        double[] errors = [0.25];

        BootstrapInterval interval = BootstrapInterval.Of(1, drawn => drawn.Average(index => errors[index]), new BootstrapOptions { Method = method, Draws = 100 });

        Assert.Equal((0.25, 0.25, 0.25), (interval.Value, interval.Low, interval.High));
    }

    [Theory]
    [InlineData(BootstrapMethod.Percentile, 7)]
    [InlineData(BootstrapMethod.Bca, 110)] // while images are left out one by one
    public void Bootstrap_Cancelled_MeasuresNoMore(BootstrapMethod method, int measured)
    {
        using var cancellation = new CancellationTokenSource();
        int calls = 0;

        Assert.Throws<OperationCanceledException>(() => BootstrapInterval.Of(
            50, drawn =>
            {
                if (++calls == measured)
                    cancellation.Cancel();
                return drawn.Average();
            },
            new BootstrapOptions { Method = method, Draws = 100 }, cancellation.Token));

        Assert.Equal(measured, calls);
    }

    [Fact]
    public void Bootstrap_OfWhatIsSeldomDefined_SaysSo()
    {
        BootstrapInterval interval = BootstrapInterval.Of(2, drawn => drawn is [0, 1] ? 1 : double.NaN, new BootstrapOptions { Draws = 100 });

        Assert.Equal((1, double.NaN), (interval.Value, interval.Low));
        Assert.InRange(interval.Undefined, 60, 90);
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapInterval.Of(0, _ => 1));
    }
}
