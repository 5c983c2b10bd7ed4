using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Inference;

/// <summary>How well a model does on labelled images.</summary>
public sealed class Evaluation
{
    internal Evaluation(IDatasetSource source, IReadOnlyList<Prediction> predictions)
    {
        Samples = source.Samples;
        Predictions = predictions;
        Confusion = new ConfusionMatrix(source.Classes);
        for (int index = 0; index < predictions.Count; index++)
            Confusion.Add(Samples[index].ClassIndex, predictions[index].ClassIndex);
    }

    /// <summary>The images, in the order of the source.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The prediction of each, in the same order.</summary>
    public IReadOnlyList<Prediction> Predictions { get; }

    /// <summary>How often each class was taken for each.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>The share of images whose class was named, 0 to 1.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>The 95 % interval of the accuracy, by Wilson's score: a few images more or less are often chance.</summary>
    public WilsonInterval AccuracyInterval => new(Confusion.Right, Confusion.Total);
}
