using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Inference;

/// <summary>How well a model does on labeled images. Immutable.</summary>
public sealed partial class Evaluation
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<Metric> _measured;
    private readonly Lazy<ConfusionMatrix> _confusion;
    private readonly Lazy<IReadOnlyList<ClassScores>> _classScores;
    private readonly Lazy<IReadOnlyList<ValueScores>> _valueScores;

    internal Evaluation(
        IReadOnlyList<string> names, IReadOnlyList<Sample> samples, IReadOnlyList<Prediction> predictions, OutcomeRows rows, IReadOnlyList<Metric> measured,
        MetricValues metrics)
    {
        _names = names;
        _measured = measured;
        Samples = samples;
        Predictions = predictions;
        Rows = rows;
        Metrics = metrics;
        _confusion = new Lazy<ConfusionMatrix>(Count);
        _classScores = new Lazy<IReadOnlyList<ClassScores>>(() => [.. Enumerable.Range(0, _names.Count).Select(ScoreClass)]);
        _valueScores = new Lazy<IReadOnlyList<ValueScores>>(() => [.. Enumerable.Range(0, _names.Count).Select(ScoreValue)]);
    }

    /// <summary>The images, in the order of the source.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The prediction of each, in the same order.</summary>
    public IReadOnlyList<Prediction> Predictions { get; }

    /// <summary>What was measured, the loss among it.</summary>
    public MetricValues Metrics { get; }

    /// <summary>The confusion matrix, for single-label classification.</summary>
    /// <exception cref="InvalidOperationException">An image is not of exactly one class, or the model does not name one.</exception>
    public ConfusionMatrix Confusion => _confusion.Value;

    /// <summary>Top-1 accuracy, 0 to 1, for single-label classification.</summary>
    /// <exception cref="InvalidOperationException">An image is not of exactly one class, or the model does not name one.</exception>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>The 95 % interval of the accuracy, by Wilson's score: a few images more or less are often chance. An image that was predicted several times
    /// counts as one, with its mean.</summary>
    /// <exception cref="InvalidOperationException">An image is not of exactly one class, or the model does not name one.</exception>
    public WilsonInterval AccuracyInterval
    {
        get
        {
            ICollection<int[]> images = Images().Values;
            double right = images.Sum(rows => rows.Average(row => Samples[row].ClassIndex == Predictions[row].ClassIndex ? 1.0 : 0.0));
            return new WilsonInterval((long)Math.Round(right), images.Count);
        }
    }

    /// <summary>Precision, recall, F1, average precision and ROC-AUC of each class, for classification with one label or several: a class is predicted where it
    /// is among a prediction's <see cref="Prediction.Labels"/>, or for single labels, where it is the most probable one.</summary>
    /// <exception cref="InvalidOperationException">The images or the predictions have no classes.</exception>
    public IReadOnlyList<ClassScores> ClassScores => _classScores.Value;

    /// <summary>The errors of each value, for regression.</summary>
    /// <exception cref="InvalidOperationException">The images have no numbers.</exception>
    public IReadOnlyList<ValueScores> ValueScores => _valueScores.Value;

    internal OutcomeRows Rows { get; }

    /// <summary>Measures something else of the same predictions.</summary>
    /// <param name="metric">Any metric but the loss.</param>
    /// <returns>What it came to; NaN where it is undefined.</returns>
    /// <exception cref="ArgumentException">The metric is the loss, or does not suit the outputs.</exception>
    public double Measure(Metric metric) => Rows.Measure(metric);

    /// <summary>What was measured, in one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Samples.Count} images: {Metrics}");

    private ConfusionMatrix Count()
    {
        var confusion = new ConfusionMatrix(_names);
        for (int index = 0; index < Predictions.Count; index++)
            confusion.Add(Samples[index].ClassIndex, Predictions[index].ClassIndex);
        return confusion;
    }

    private ClassScores ScoreClass(int index)
    {
        bool[] isTrue = [.. Samples.Select(sample => LabelsOf(sample).Contains(index))];
        double[] probabilities = [.. Predictions.Select(prediction => prediction.Probabilities[index])];
        return (Samples.All(sample => sample.Target is ClassTarget) ? Confusion.GetScores(index) : ScoreLabel(index, isTrue)) with
        {
            AveragePrecision = Rankings.AveragePrecision(probabilities, isTrue),
            RocAuc = Rankings.RocAuc(probabilities, isTrue),
        };
    }

    private ClassScores ScoreLabel(int index, bool[] isTrue)
    {
        bool[] isPredicted = [.. Predictions.Select(prediction => prediction.Labels.Any(score => score.Label == _names[index]))];
        int right = isTrue.Zip(isPredicted).Count(pair => pair is (true, true));
        (int actual, int predicted) = (isTrue.Count(held => held), isPredicted.Count(held => held));
        return new ClassScores(_names[index], Share(right, predicted), Share(right, actual), Share(2 * right, actual + predicted), actual);

        static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
    }

    private ValueScores ScoreValue(int index)
    {
        var errors = new ValueErrors();
        var absolute = new List<double>();
        foreach ((Sample sample, Prediction prediction) in Samples.Zip(Predictions))
        {
            double truth = sample.Target is ValuesTarget target
                ? target.Numbers[index]
                : throw new InvalidOperationException($"'{sample.Name}' has no numbers: its target is {sample.Target}.");
            errors.Add(prediction.Numbers[index], truth);
            absolute.Add(Math.Abs(prediction.Numbers[index] - truth));
        }
        return new ValueScores(
            _names[index], errors.MeanAbsolute, Median.Of(absolute), errors.RootMeanSquared, errors.R2, errors.ExplainedVariance);
    }

    /// <summary>The classes that an image is of.</summary>
    internal static IReadOnlyList<int> LabelsOf(Sample sample) => sample.Target switch
    {
        ClassTarget single => [single.Index],
        LabelsTarget several => several.Indices,
        _ => throw new InvalidOperationException($"'{sample.Name}' has no classes: its target is {sample.Target}."),
    };
}
