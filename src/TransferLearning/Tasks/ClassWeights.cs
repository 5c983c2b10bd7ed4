using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning;

/// <summary>Weights of classes in a loss, computed from the number of training images of each when a trainer is built. Immutable.</summary>
public sealed class ClassWeights
{
    private readonly Func<IReadOnlyList<int>, IEnumerable<double>> _weigh;

    private ClassWeights(Func<IReadOnlyList<int>, IEnumerable<double>> weigh) => _weigh = weigh;

    /// <summary>n / (k count) for n images of k classes: every class counts as much as every other, as scikit-learn's "balanced".</summary>
    public static ClassWeights Balanced { get; } = new(counts => BalancedBy([.. counts]));

    /// <summary>Proportional to 1 / sqrt(count), with a mean of 1 over the images: half way between <see cref="Balanced"/> and none.</summary>
    public static ClassWeights InverseSquareRoot { get; } = new(counts =>
    {
        double scale = counts.Sum() / counts.Sum(count => Math.Sqrt(count));
        return counts.Select(count => scale / Math.Sqrt(count));
    });

    /// <summary>Weights from a function.</summary>
    /// <param name="weigh">A pure function from the numbers of images, by class and above 0, to as many weights, at least 0.</param>
    public static ClassWeights FromCounts(Func<IReadOnlyList<int>, IEnumerable<double>> weigh) => new(Require.NotNull(weigh));

    /// <summary>Computes the weights.</summary>
    /// <param name="training">The images; each of one class.</param>
    /// <returns>One weight for each class.</returns>
    /// <exception cref="ArgumentException">A class has no images, or an image has no single class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite.</exception>
    public IReadOnlyList<double> Of(IDatasetSource training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (FindProblems(training).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(training));
        double[] weights = [.. _weigh(Counts(training)).Select(weight => Require.AtLeast(0, weight, nameof(ClassWeights)))];
        return weights.Length == training.Classes.Count
            ? weights
            : throw new ArgumentException($"There are {weights.Length} class weights for {training.Classes.Count} classes.");
    }

    /// <summary>How much more images of a class count than the others in a loss with a decision for each class: the rule on the numbers of images without it
    /// and with it, which for <see cref="Balanced"/> is the first by the second.</summary>
    /// <param name="training">The images; each of any number of classes, and for each class some of it and some not.</param>
    internal IReadOnlyList<double> PositiveOf(IDatasetSource training)
    {
        if (FindPositiveProblems(training).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(training));
        return [.. LabelCounts(training).Select(count =>
            _weigh([training.Samples.Count - count, count]).ToArray() is [var absent, var present] && double.IsFinite(present / absent) && present > 0
                ? present / absent
                : throw new ArgumentException("Positive weights need a rule that gives two weights above 0 for two numbers of images."))];
    }

    internal IEnumerable<string> FindPositiveProblems(IDatasetSource training)
    {
        Sample other = training.Samples.FirstOrDefault(sample => sample.Target is not LabelsTarget);
        if (other.Name is not null)
            return [$"Positive weights are computed from the labels of the training images; '{other.Name}' has the target {other.Target}."];
        string[] same = [.. training.Classes.Zip(LabelCounts(training))
            .Where(entry => entry.Second == 0 || entry.Second == training.Samples.Count).Select(entry => $"'{entry.First}' ({entry.Second})")];
        return same.Length == 0
            ? []
            : [$"Positive weights are computed from training images with and without each label; all or none of the {training.Samples.Count} have "
                + $"{string.Join(", ", same)}."];
    }

    private static int[] LabelCounts(IDatasetSource training)
    {
        var counts = new int[training.Classes.Count];
        foreach (int index in training.Samples.SelectMany(sample => ((LabelsTarget)sample.Target).Indices))
            counts[index]++;
        return counts;
    }

    /// <summary>The factor for each class that makes all of them count the same, with a mean of 1 over what there is; 0 for a class of which there is nothing.
    /// </summary>
    internal static double[] BalancedBy(double[] totals)
    {
        double share = totals.Sum() / totals.Count(total => total > 0);
        return Array.ConvertAll(totals, total => total > 0 ? share / total : 0);
    }

    internal IEnumerable<string> FindProblems(IDatasetSource training)
    {
        int classes = training.Classes.Count;
        Sample other = training.Samples.FirstOrDefault(sample => !(sample.Target is ClassTarget target && target.Index >= 0 && target.Index < classes));
        if (other.Name is not null)
        {
            return [$"Class weights are computed from the number of training images of each class; '{other.Name}' has the target {other.Target}, "
                + $"which is none of the {classes} classes."];
        }
        int[] counts = Counts(training);
        string[] empty = [.. training.Classes.Where((_, index) => counts[index] == 0).Select(name => $"'{name}'")];
        return empty.Length == 0
            ? []
            : [$"Class weights are computed from the number of training images of each class; there are none of {string.Join(", ", empty)}."];
    }

    private static int[] Counts(IDatasetSource training)
    {
        var counts = new int[training.Classes.Count];
        foreach (Sample sample in training.Samples)
            counts[sample.ClassIndex]++;
        return counts;
    }
}
