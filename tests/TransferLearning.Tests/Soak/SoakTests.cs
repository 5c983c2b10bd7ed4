using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Soak;

/// <summary>A few seconds of the soak, and its arithmetic.</summary>
[Collection(Alone.Name)]
public sealed class SoakTests
{
    [Fact]
    public void Load_ForSeconds_WorksWithoutAnError()
    {
        (SoakCounts counts, IReadOnlyList<ResourceSample> samples) = SoakRun.Load(TimeSpan.FromSeconds(4));

        Assert.Empty(counts.Errors);
        Assert.True(counts.Fits > 0, "no fit ended");
        Assert.True(counts.Cancelled > 0, "no fit was cancelled");
        Assert.True(counts.Predictions > 0, "nothing was predicted");
        Assert.Equal(5, SoakRun.Slopes(samples).Count);
    }

    [Fact]
    public void Slope_OfALine_IsItsSlopeWithoutAnInterval()
    {
        ResourceSample[] samples = [.. Enumerable.Range(0, 100).Select(minute => Sample(minute, tensors: 3 + 2 * minute))];

        Slope slope = Slope.Of("tensors", samples, sample => sample.Tensors);

        Assert.Equal(120, slope.PerHour, precision: 6);
        Assert.Equal(0, slope.HalfInterval, precision: 6);
    }

    [Fact]
    public void Slope_OfNoiseAroundALevel_HasZeroInItsInterval()
    {
        var random = new Random(1);
        ResourceSample[] samples = [.. Enumerable.Range(0, 200).Select(minute => Sample(minute, tensors: random.Next(100)))];

        Slope slope = Slope.Of("tensors", samples, sample => sample.Tensors);

        Assert.InRange(0, slope.PerHour - slope.HalfInterval, slope.PerHour + slope.HalfInterval);
    }

    private static ResourceSample Sample(int minute, long tensors) => new(TimeSpan.FromMinutes(minute), 0, 0, tensors, 0, 0);
}
