using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Batching;

public sealed class WeightedSamplerTests
{
    [Fact]
    public void Balanced_OverUnequalClasses_DrawsEachEquallyOftenAndNoSampleMuchMoreThanAnother()
    {
        Sample[] samples = [.. Enumerable.Range(0, 90).Select(index => new Sample($"{index}", index < 80 ? 0 : index < 87 ? 1 : 2))];

        IReadOnlyList<int> chosen = Sampler.Balanced.Choose(samples, new RandomStream(1));

        Assert.Equal(90, chosen.Count);
        Assert.All(Enumerable.Range(0, 3), index => Assert.InRange(chosen.Count(sample => samples[sample].ClassIndex == index), 29, 31));
        Assert.All(chosen.CountBy(sample => sample).Where(entry => entry.Key < 80), entry => Assert.Equal(1, entry.Value)); // none twice before all came once
        Assert.All(Enumerable.Range(80, 7), rare => Assert.InRange(chosen.Count(sample => sample == rare), 4, 5));
        Assert.All(Enumerable.Range(87, 3), rare => Assert.InRange(chosen.Count(sample => sample == rare), 9, 11));
        Assert.NotEqual(chosen.Order(), chosen);
        Assert.Equal(chosen, Sampler.Balanced.Choose(samples, new RandomStream(1)));
        Assert.NotEqual(chosen, Sampler.Balanced.Choose(samples, new RandomStream(2)));
    }

    [Fact]
    public void Balanced_OverEqualClasses_DrawsEachSampleOnce()
    {
        Sample[] samples = [.. Enumerable.Range(0, 60).Select(index => new Sample($"{index}", index % 3))];

        Assert.Equal(Enumerable.Range(0, 60), Sampler.Balanced.Choose(samples, new RandomStream(4)).Order());
    }

    [Fact]
    public void Balanced_OfSeveralLabels_GoesByTheRarest()
    {
        Sample[] samples = [.. Enumerable.Range(0, 100).Select(index => new Sample($"{index}", index < 10 ? Target.Labels(0, 1) : index < 90 ? Target.Labels(0) : Target.Labels()))];

        IReadOnlyList<int> chosen = Sampler.Balanced.Choose(samples, new RandomStream(1));

        // weights: ten times 1/10, eighty times 1/90, ten times 1/10
        Assert.InRange(chosen.Count(sample => sample < 10), 34, 36);
        Assert.InRange(chosen.Count(sample => sample is >= 10 and < 90), 30, 32);
    }

    [Fact]
    public void Weighted_ByAFunction_DrawsInProportion()
    {
        Sample[] samples = [.. Enumerable.Range(0, 40).Select(index => new Sample($"{index}", 0))];

        IReadOnlyList<int> chosen = Sampler.Weighted(sample => sample.Name == "7" ? 39 : sample.Name == "8" ? 0 : 1).Choose(samples, new RandomStream(1));

        Assert.Equal(40, chosen.Count);
        Assert.InRange(chosen.Count(sample => sample == 7), 20, 21); // 39 of 77
        Assert.DoesNotContain(8, chosen);
    }

    [Fact]
    public void Sampler_ThatCannotWeigh_SaysWhy()
    {
        Sample[] samples = [new("first", Target.Values(1))];

        Assert.Contains("'first'", Assert.Throws<InvalidOperationException>(() => Sampler.Balanced.Choose(samples, new RandomStream(1))).Message);
        Assert.Contains("-1", Assert.Throws<InvalidOperationException>(() => Sampler.Weighted(_ => -1).Choose(samples, new RandomStream(1))).Message);
        Assert.Contains("add up to 0", Assert.Throws<InvalidOperationException>(() => Sampler.Weighted(_ => 0).Choose(samples, new RandomStream(1))).Message);
    }
}
