using System.Numerics;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Randomness;

public sealed class RandomStreamTests
{
    // Computed by a second implementation, in Python. A change here changes every recorded training run.
    [Theory]
    [InlineData(0, new long[0], 0x44E5B8B147EF718B, 0x458563AB55521133, 0x7AEC644539B6C0F9)]
    [InlineData(42, new long[0], 0x61B3E514F002FD8B, 0xB4B2555DC7FCD0AA, 0x9A0499C8CFAE7A8D)]
    [InlineData(42, new long[] { 1, 2, 3 }, 0x9F8D9A207D160A7E, 0x7D4FC80AE747DBCC, 0x0DD08E6AF43D52D7)]
    [InlineData(-1, new long[] { -5 }, 0x6DD4B2A8B99E7188, 0x1F27D8CB0504747C, 0xB542AE76001BBA57)]
    public void NextUInt64_OfANamedSequence_IsFixedForever(long seed, long[] key, ulong first, ulong second, ulong third)
    {
        var random = new RandomStream(seed, key);

        Assert.Equal([first, second, third], [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
    }

    [Fact]
    public void Names_ThatDifferInAnyWay_GiveDifferentSequences()
    {
        var names = new List<long[]>();
        for (long a = -3; a <= 3; a++)
        {
            names.Add([a]);
            for (long b = -3; b <= 3; b++)
            {
                names.Add([a, b]);
                for (long c = -3; c <= 3; c++)
                    names.Add([a, b, c]);
            }
        }

        IEnumerable<ulong> firsts = names.Select(name => new RandomStream(name[0], name.AsSpan(1)).NextUInt64());

        Assert.Equal(names.Count, firsts.Distinct().Count());
    }

    [Fact]
    public void Names_ThatDifferInOne_DifferInHalfTheBits()
    {
        double different = 0;
        for (int sample = 0; sample < 1000; sample++)
        {
            ulong here = new RandomStream(7, 3, sample).NextUInt64();
            ulong next = new RandomStream(7, 3, sample + 1).NextUInt64();
            different += BitOperations.PopCount(here ^ next) / 1000.0;
        }

        Assert.InRange(different, 31.5, 32.5); // deviation of the mean: 4 / sqrt(1000) = 0.13
    }

    [Fact]
    public void NextDouble_OverManyDraws_IsUniform()
    {
        var random = new RandomStream(seed: 1);
        int[] counts = new int[16];

        for (int i = 0; i < 160_000; i++)
            counts[(int)(random.NextDouble() * 16)]++;

        Assert.InRange(ChiSquare(counts), 4, 37.7); // 15 degrees of freedom: 0.1 % lie beyond each
    }

    [Fact]
    public void Uniform_WhereRoundingReachesTheBound_StaysBelowIt()
    {
        var random = new RandomStream(seed: 1);
        double bound = Math.BitIncrement(1.0);

        for (int i = 0; i < 100; i++)
            Assert.Equal(1.0, random.Uniform(1.0, bound));
    }

    [Fact]
    public void Uniform_OverManyDraws_FillsTheRange()
    {
        var random = new RandomStream(seed: 1);

        double[] values = [.. Enumerable.Range(0, 10_000).Select(_ => random.Uniform(-2, 6))];

        Assert.InRange(values.Min(), -2, -1.99);
        Assert.InRange(values.Max(), 5.99, 6);
        Assert.InRange(values.Average(), 1.9, 2.1); // deviation of the mean: 8 / sqrt(12) / 100 = 0.023
    }

    [Fact]
    public void Uniform_OfAnEmptyRange_IsItsValue() => Assert.Equal(3, new RandomStream(1).Uniform(3, 3));

    [Fact]
    public void Uniform_WithTheBoundsSwapped_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).Uniform(2, 1));

    [Theory]
    [InlineData(2, 10.8)]
    [InlineData(6, 20.5)]
    [InlineData(10, 27.9)]
    public void NextInt32_OverManyDraws_IsUniform(int bound, double limitAtOneInAThousand)
    {
        var random = new RandomStream(seed: 1);
        int[] counts = new int[bound];

        for (int i = 0; i < 10_000 * bound; i++)
            counts[random.NextInt32(bound)]++;

        Assert.InRange(ChiSquare(counts), 0, limitAtOneInAThousand);
    }

    [Fact]
    public void NextInt32_OfABoundThatDividesNoPowerOfTwo_FavoursNoThird()
    {
        var random = new RandomStream(seed: 1);
        const int Third = 1 << 29;
        int[] counts = new int[3];

        for (int i = 0; i < 30_000; i++)
            counts[random.NextInt32(3 * Third) / Third]++;

        Assert.InRange(ChiSquare(counts), 0, 13.8); // 2 degrees of freedom: 0.1 % lie beyond
    }

    [Fact]
    public void NextInt32_BelowOne_IsZero() => Assert.Equal(0, new RandomStream(1).NextInt32(1));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt32_WithoutARange_IsRefused(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).NextInt32(bound));

    [Fact]
    public void Shuffle_OfAnyLength_IsAPermutation()
    {
        for (int length = 0; length < 50; length++)
        {
            int[] items = [.. Enumerable.Range(0, length)];
            new RandomStream(1, length).Shuffle(items.AsSpan());

            Assert.Equal(Enumerable.Range(0, length), items.Order());
        }
    }

    [Fact]
    public void Shuffle_OverManyRuns_GivesEveryOrderEquallyOften()
    {
        var counts = new Dictionary<string, int>();
        for (int run = 0; run < 24_000; run++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            new RandomStream(1, run).Shuffle(items.AsSpan());
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.InRange(ChiSquare([.. counts.Values]), 7, 49.7); // 23 degrees of freedom: 0.1 % lie beyond each
    }

    private static double ChiSquare(int[] counts)
    {
        double expected = counts.Average();
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
