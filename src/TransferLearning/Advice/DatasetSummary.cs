using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning.Advice;

/// <summary>The size and balance of a training set of one class per image.</summary>
public sealed record DatasetSummary
{
    private const int FewestImages = 4;

    internal DatasetSummary()
    {
    }

    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The number of classes that have images.</summary>
    public required int Classes { get; init; }

    /// <summary>The number of images of the smallest class that has any.</summary>
    public required int Smallest { get; init; }

    /// <summary>The number of images of the largest class.</summary>
    public required int Largest { get; init; }

    /// <summary>The largest class over the smallest.</summary>
    public double Imbalance => (double)Largest / Smallest;

    /// <summary>The mean number of images of a class.</summary>
    public double ImagesPerClass => (double)Images / Classes;

    /// <summary>Counts a training set.</summary>
    /// <param name="source">Images of one class each.</param>
    /// <exception cref="ArgumentException">An image has another target than one class, or there are too few images or classes to measure anything.</exception>
    public static DatasetSummary Of(IDatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Of(source.Samples);
    }

    internal static DatasetSummary Of(IReadOnlyList<Sample> source)
    {
        var counts = new SortedDictionary<int, int>();
        foreach (Sample sample in source)
        {
            if (sample.Target is not ClassTarget target)
            {
                throw new ArgumentException(PrintableText.Of($"The advisor measures images of one class each; the target of '{sample.Name}' is "
                    + $"{sample.Target}. For several labels per image or for numbers, compare policies by cross-validation."), nameof(source));
            }
            counts[target.Index] = counts.GetValueOrDefault(target.Index) + 1;
        }
        if (counts.Count < 2 || source.Count < FewestImages || counts.Values.Count(count => count > 1) < 2)
        {
            throw new ArgumentException($"The advisor leaves out one image after the other, so it needs at least two classes of at least two training images; "
                + $"there are {source.Count} images of {counts.Count} classes.", nameof(source));
        }
        return new DatasetSummary
        {
            Images = source.Count,
            Classes = counts.Count,
            Smallest = counts.Values.Min(),
            Largest = counts.Values.Max(),
        };
    }
}
