namespace TransferLearning.Randomness;

/// <summary>A counter-based pseudo-random sequence named by a seed and a key, such as (seed, epoch, sample, operation). The same name gives the same sequence
/// on any thread, machine or worker count; different names give unrelated ones.</summary>
/// <remarks>Source: the output function of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) over a counter.
/// One instance must not be shared between threads.</remarks>
public sealed partial class RandomStream
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private readonly ulong _origin;
    private ulong _counter;

    /// <summary>Names a sequence.</summary>
    /// <param name="seed">The seed of the whole run.</param>
    /// <param name="key">What the sequence is for; its length and order matter.</param>
    public RandomStream(long seed, params ReadOnlySpan<long> key)
    {
        ulong origin = Extend(0, seed);
        foreach (long part in key)
            origin = Extend(origin, part);
        _origin = origin;
    }

    /// <summary>The next 64 uniformly distributed bits.</summary>
    /// <returns>Any value of the type.</returns>
    public ulong NextUInt64() => Mix(_origin + ++_counter * GoldenGamma);

    /// <summary>The next real number, uniform over [0, 1) in steps of 2^-53.</summary>
    /// <returns>At least 0 and below 1.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next real number, uniform over [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">The bound above; not below <paramref name="low"/>.</param>
    /// <returns>At least the one and below the other; their value where they are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is below <paramref name="low"/>.</exception>
    public double Uniform(double low, double high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        double value = low + (high - low) * NextDouble(); // may round up to the bound
        return Math.Max(low, Math.Min(value, Math.BitDecrement(high)));
    }

    /// <summary>The next whole number, uniform over [0, <paramref name="bound"/>).</summary>
    /// <param name="bound">The bound above; at least 1.</param>
    /// <returns>At least 0 and below the bound.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);

        // Multiply-shift with rejection (Lemire, "Fast Random Integer Generation in an Interval", 2019): unbiased.
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), range, out low);
        }
        return (int)high;
    }

    /// <summary>Puts the items into a uniformly random order (Fisher and Yates).</summary>
    /// <param name="items">Reordered in place.</param>
    /// <typeparam name="T">Anything.</typeparam>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    // Mixed once more than the part, the origin does not commute with it: seed 1 with key 2 is not seed 2 with key 1.
    private static ulong Extend(ulong origin, long part) => Mix(origin ^ Mix((ulong)part + GoldenGamma)) + GoldenGamma;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
