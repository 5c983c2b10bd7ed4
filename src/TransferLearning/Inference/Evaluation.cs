using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Inference;

/// <summary>How well a model does on labeled images. Immutable.</summary>
public sealed class Evaluation
{
    private readonly Lazy<ConfusionMatrix> _confusion;

    internal Evaluation(IDatasetSource source, IReadOnlyList<Prediction> predictions, MetricValues metrics)
    {
        Samples = source.Samples;
        Predictions = predictions;
        Metrics = metrics;
        _confusion = new Lazy<ConfusionMatrix>(() => Count(source.Classes));
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

    /// <summary>The 95 % interval of the accuracy, by Wilson's score: a few images more or less are often chance.</summary>
    /// <exception cref="InvalidOperationException">An image is not of exactly one class, or the model does not name one.</exception>
    public WilsonInterval AccuracyInterval => new(Confusion.Right, Confusion.Total);

    private ConfusionMatrix Count(IReadOnlyList<string> classes)
    {
        var confusion = new ConfusionMatrix(classes);
        for (int index = 0; index < Predictions.Count; index++)
            confusion.Add(Samples[index].ClassIndex, Predictions[index].ClassIndex);
        return confusion;
    }
}
