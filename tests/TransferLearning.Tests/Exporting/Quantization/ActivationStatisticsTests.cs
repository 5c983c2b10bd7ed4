using TransferLearning.Exporting.Quantization;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting.Quantization;

public sealed class ActivationStatisticsTests
{
    [Fact]
    public void Within_AHundred_IsTheSmallestAndTheLargest()
    {
        ActivationStatistics statistics = Of(-3, 0, 1, 2);

        Assert.Equal((-3, 2), statistics.Within(100));
    }

    [Fact]
    public void Within_APercentile_LeavesOutSoManyAtEitherEnd()
    {
        ActivationStatistics statistics = Of([.. Enumerable.Range(0, 10_001).Select(value => value - 2000f)]);

        (double low, double high) = statistics.Within(99);

        double bin = 10_000.0 / ActivationStatistics.Bins;
        Assert.InRange(low, -1900 - bin, -1900);        // 100 of 10,001 numbers are below
        Assert.InRange(high, 7900, 7900 + bin);
    }

    [Fact]
    public void Within_APercentile_DropsAnOutlier_ButNotTheZerosOfAnActivation()
    {
        ActivationStatistics statistics = Of([.. Enumerable.Repeat(0f, 6000), .. Enumerable.Range(1, 4000).Select(value => value / 4000f), 1000f]);

        (double low, double high) = statistics.Within(99.9);

        Assert.Equal(0, low);
        Assert.InRange(high, 1, 1 + 1000.0 / ActivationStatistics.Bins);
    }

    [Fact]
    public void Within_OfAConstant_IsTheConstant() => Assert.Equal((4, 4), Of(4, 4, 4).Within(99));

    [Fact]
    public void Count_InParts_CountsAll()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(index => MathF.Sin(index) * index)];
        ActivationStatistics whole = Of(values), parts = new();
        float[][] chunks = [.. values.Chunk(137)];
        foreach (float[] chunk in chunks)
            See(parts.Widen, chunk);
        foreach (float[] chunk in chunks.Reverse())
            See(parts.Count, chunk);

        foreach (double percentile in new[] { 90, 99, 99.9, 100 })
            Assert.Equal(whole.Within(percentile), parts.Within(percentile));
    }

    private static ActivationStatistics Of(params float[] values)
    {
        var statistics = new ActivationStatistics();
        See(statistics.Widen, values);
        See(statistics.Count, values);
        return statistics;
    }

    private static void See(Action<Tensor> see, float[] values)
    {
        using Tensor seen = tensor(values);
        see(seen);
    }
}
