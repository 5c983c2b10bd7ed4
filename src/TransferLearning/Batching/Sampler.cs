using System.Runtime.InteropServices;
using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The order of the samples within an epoch, and how often each occurs.</summary>
/// <remarks>Implementations must be immutable and thread-safe.</remarks>
public interface ISampler
{
    /// <summary>Chooses the samples of one epoch.</summary>
    /// <param name="samples">All samples of the source.</param>
    /// <param name="random">A random sequence that depends only on the seed and the epoch.</param>
    /// <returns>As many indices as there are samples. A sample may occur several times, each with its own random transforms, or not at all.</returns>
    IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random);

    /// <summary>What makes it unfit for training images, found before a fit rather than in its first epoch.</summary>
    /// <param name="samples">All samples of the source; they may be unfit for the task too.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(IReadOnlyList<Sample> samples) => [];
}

/// <summary>The built-in samplers; implement <see cref="ISampler"/> for another.</summary>
public static class Sampler
{
    /// <summary>Every sample once, in the order of the source.</summary>
    public static ISampler InOrder { get; } = new BuiltIn(shuffles: false);

    /// <summary>Every sample once, shuffled anew in every epoch.</summary>
    public static ISampler Shuffled { get; } = new BuiltIn(shuffles: true);

    /// <summary>Each class equally often, in an epoch of the usual length: of a frequent class only some samples, of a rare one each several times;
    /// within a class, numbers of times differ by at most 1. With several labels per image, a sample counts by its rarest one,
    /// and those without any are a class of their own.</summary>
    /// <remarks>For classes of unequal size whose recall matters equally. Probabilities are then those of classes that are equally frequent, and a rare class
    /// of a few images is soon overfitted; class weights in the loss are the other way.</remarks>
    public static ISampler Balanced { get; } = new WeightedSampler(WeightedSampler.ByRarity, WeightedSampler.WithoutClass);

    /// <summary>Samples in proportion to a weight, in an epoch of the usual length: each as often as its share of all weights says, rounded up or down at
    /// random.</summary>
    /// <param name="weight">A sample's weight; at least 0, finite, not 0 for all. Must be safe for use by several threads at once.</param>
    public static ISampler Weighted(Func<Sample, double> weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return new WeightedSampler(samples => [.. samples.Select(sample => (Group: 0, Weight: weight(sample)))]);
    }

    private sealed class BuiltIn(bool shuffles) : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
        {
            int[] order = [.. Enumerable.Range(0, samples.Count)];
            if (shuffles)
                random.Shuffle<int>(order);
            return order;
        }
    }
}

/// <summary>Draws in proportion to weights, with as little chance as can be: equal steps through the weights laid end to end, from a random start. So the
/// number of times that a sample is drawn, and that a group of neighbors is, differs by less than 1 from what its weight says.</summary>
/// <param name="weigh">The weights, and the groups of neighbors.</param>
/// <param name="findProblem">What is wrong with a sample; null where nothing is.</param>
internal sealed class WeightedSampler(Func<IReadOnlyList<Sample>, (int Group, double Weight)[]> weigh, Func<Sample, string?>? findProblem = null) : ISampler
{
    public static string? WithoutClass(Sample sample) => sample.Target is ClassTarget or LabelsTarget
        ? null
        : $"'{sample.Name}' has the target {sample.Target}, of no class that could be balanced; Sampler.{nameof(Sampler.Weighted)} takes weights.";

    public static (int Group, double Weight)[] ByRarity(IReadOnlyList<Sample> samples)
    {
        const int unlabeled = -1;
        int[][] labels = [.. samples.Select(LabelsOf)];
        Dictionary<int, int> counts = labels.SelectMany(own => own).CountBy(label => label).ToDictionary();
        return Array.ConvertAll(labels, own =>
        {
            int rarest = own.MinBy(label => (counts[label], label));
            return (rarest, 1.0 / counts[rarest]);
        });

        static int[] LabelsOf(Sample sample) => sample.Target switch
        {
            ClassTarget single => [single.Index],
            LabelsTarget { Indices.Count: > 0 } several => [.. several.Indices],
            _ => [unlabeled],
        };
    }

    public IEnumerable<string> FindProblems(IReadOnlyList<Sample> samples) =>
        findProblem is null ? [] : samples.Select(findProblem).OfType<string>().Take(1);

    public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random)
    {
        if (FindProblems(samples).FirstOrDefault() is { } problem)
            throw new InvalidOperationException(PrintableText.Of(problem));
        (int Group, double Weight)[] weights = weigh(samples);
        int wrong = Array.FindIndex(weights, entry => !double.IsFinite(entry.Weight) || entry.Weight < 0);
        if (wrong >= 0)
            throw new InvalidOperationException(PrintableText.Of(
                FormattableString.Invariant($"The weight of '{samples[wrong].Name}' is {weights[wrong].Weight}; it must be finite and at least 0.")));
        double total = weights.Sum(entry => entry.Weight);
        if (!(total > 0 && double.IsFinite(total)))
            throw new InvalidOperationException(FormattableString.Invariant($"The weights add up to {total}; some must be above 0, and their sum finite."));

        int[] order = [.. Enumerable.Range(0, samples.Count)];
        random.Shuffle<int>(order);
        order = [.. order.OrderBy(index => weights[index].Group)];      // stable: shuffled within a group
        double start = random.NextDouble(), passed = 0;
        var chosen = new List<int>(order.Length);
        foreach (int index in order)
        {
            passed += weights[index].Weight / total * order.Length;
            while (chosen.Count < order.Length && start + chosen.Count < passed)
                chosen.Add(index);
        }
        while (chosen.Count < order.Length)     // by a rounding error
            chosen.Add(order.Last(index => weights[index].Weight > 0));
        random.Shuffle(CollectionsMarshal.AsSpan(chosen));
        return chosen;
    }
}
