using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Inference;

// How sure the numbers are, and whether those of another model differ. Images are known by their names.
public sealed partial class Evaluation
{
    /// <summary>Evaluations of different images as one, such as those of the folds of a cross-validation; an image may be in several, and is known
    /// by its name.</summary>
    /// <param name="evaluations">At least one, of models with the same names.</param>
    /// <returns>All images and predictions, in order, and the metrics of the first over all of them; the loss is the mean of theirs.</returns>
    /// <exception cref="ArgumentException">There is none, or their names or numbers of outputs differ.</exception>
    public static Evaluation Pool(params IEnumerable<Evaluation> evaluations)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        Evaluation[] parts = [.. evaluations];
        if (parts.Length == 0)
            throw new ArgumentException("There are no evaluations to pool; give at least one.", nameof(evaluations));
        Evaluation first = parts[0];
        if (Array.Find(parts, part => !part._names.SequenceEqual(first._names)) is { } other)
        {
            throw new ArgumentException(PrintableText.Of(
                $"The names of the evaluations differ: {string.Join(", ", first._names)}, and {string.Join(", ", other._names)}."), nameof(evaluations));
        }
        OutcomeRows rows = OutcomeRows.Join(parts.Select(part => part.Rows));
        double loss = parts.Where(part => part.Samples.Count > 0).Sum(part => part.Metrics[Metric.Loss] * part.Samples.Count) / rows.Count;
        IEnumerable<KeyValuePair<string, double>> others = first._measured.Where(metric => metric.Name != Metric.Loss.Name)
            .Select(metric => KeyValuePair.Create(metric.Name, rows.Measure(metric)));
        return new Evaluation(
            first._names, [.. parts.SelectMany(part => part.Samples)], [.. parts.SelectMany(part => part.Predictions)], rows, first._measured,
            new MetricValues([KeyValuePair.Create(Metric.Loss.Name, loss), .. others]));
    }

    /// <summary>The interval of a metric over other images of the same kind. An image that was predicted several times is drawn as one.</summary>
    /// <param name="metric">Any metric but the loss.</param>
    /// <param name="options">How often to draw, and how to make an interval of it.</param>
    /// <param name="cancellationToken">Cancels the draws.</param>
    /// <exception cref="ArgumentException">The metric is the loss, or does not suit the outputs, or there are no images.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public BootstrapInterval Bootstrap(Metric metric, BootstrapOptions? options = null, CancellationToken cancellationToken = default)
    {
        int[][] images = [.. Images().Values];
        return BootstrapInterval.Of(images.Length, drawn => Rows.Measure(metric, drawn.SelectMany(image => images[image])), options, cancellationToken);
    }

    /// <summary>The interval of how much better, or worse, a metric is here than in an evaluation of another model on the same images: both are measured on the
    /// same draws, so that hard images count for both.</summary>
    /// <param name="other">The evaluation whose value is subtracted.</param>
    /// <param name="metric">Any metric but the loss.</param>
    /// <param name="options">How often to draw, and how to make an interval of it.</param>
    /// <param name="cancellationToken">Cancels the draws.</param>
    /// <returns>The interval of the difference; 0 outside of it is a sign that the models differ.</returns>
    /// <exception cref="ArgumentException">The images are not the same, the metric is the loss, or does not suit the outputs.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public BootstrapInterval BootstrapDifference(
        Evaluation other, Metric metric, BootstrapOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        Dictionary<string, int[]> mine = Images(), theirs = other.Images();
        CheckSame(mine, theirs, nameof(other));
        (int[] Mine, int[] Theirs)[] images = [.. mine.Select(image => (image.Value, theirs[image.Key]))];
        return BootstrapInterval.Of(
            images.Length,
            drawn => Rows.Measure(metric, drawn.SelectMany(image => images[image].Mine))
                - other.Rows.Measure(metric, drawn.SelectMany(image => images[image].Theirs)),
            options, cancellationToken);
    }

    /// <summary>Tests whether this model and another are right equally often, given the images on which one alone is.</summary>
    /// <remarks>With several labels, a prediction is right where its <see cref="Prediction.Labels"/> are exactly the image's.</remarks>
    /// <param name="other">An evaluation of the same images, each once; its model is the second one.</param>
    /// <exception cref="ArgumentException">The images are not the same, or one comes several times.</exception>
    /// <exception cref="InvalidOperationException">The images have no classes: numbers are neither right nor wrong.</exception>
    public McNemarTest CompareWith(Evaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Dictionary<string, int[]> mine = Images(), theirs = other.Images();
        CheckSame(mine, theirs, nameof(other));
        if (mine.Concat(theirs).FirstOrDefault(image => image.Value.Length > 1) is { Value: not null } repeated)
        {
            throw new ArgumentException(
                PrintableText.Of($"'{repeated.Key}' was predicted {repeated.Value.Length} times; each image must come once."), nameof(other));
        }

        (bool First, bool Second)[] outcomes = [.. mine.Select(image => (IsRight(image.Value[0]), other.IsRight(theirs[image.Key][0])))];
        return new McNemarTest(outcomes.Count(outcome => outcome is (true, false)), outcomes.Count(outcome => outcome is (false, true)));
    }

    private bool IsRight(int row) => Samples[row].Target is ClassTarget single
        ? Predictions[row].ClassIndex == single.Index
        : LabelsOf(Samples[row]).Select(index => _names[index]).ToHashSet().SetEquals(Predictions[row].Labels.Select(score => score.Label));

    private Dictionary<string, int[]> Images() =>
        Samples.Index().GroupBy(entry => entry.Item.Name, entry => entry.Index).ToDictionary(image => image.Key, image => image.ToArray());

    private static void CheckSame(Dictionary<string, int[]> mine, Dictionary<string, int[]> theirs, string name)
    {
        if (mine.Keys.Except(theirs.Keys).Concat(theirs.Keys.Except(mine.Keys)).FirstOrDefault() is { } single)
            throw new ArgumentException(PrintableText.Of($"'{single}' is in one of the evaluations only; both must be of the same images."), name);
    }
}
