using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Inference;

/// <summary>What evaluations refuse, and what they say of no images at all.</summary>
public sealed class EvaluationTests
{
    [Fact]
    public void Evaluate_WithTwoMetricsOfOneName_IsRefused()
    {
        using Predictor model = Fitted(ToyImages.Split());

        var failure = Assert.Throws<ArgumentException>(() =>
            model.Evaluate(ToyImages.Source(each: 2, seed: 5), 16, Metric.ExpectedCalibrationError(5), Metric.ExpectedCalibrationError(10)));

        Assert.StartsWith("The metric 'ece' is given 2 times; give it once.", failure.Message);
    }

    [Fact]
    public void Measure_OfAMetricOfOtherLabels_IsRefused()
    {
        DatasetSplit split = DrawnShapes.BarSplit();
        using Predictor model = Fitted(split);
        Evaluation evaluation = model.Evaluate(split.Validation), pooled = Evaluation.Pool(evaluation, evaluation);

        foreach (Evaluation each in new[] { evaluation, pooled })
        {
            var failure = Assert.Throws<ArgumentException>(() => each.Measure(Metric.R2));
            Assert.StartsWith("The metric 'r2' measures numbers; the images have any number of classes per image.", failure.Message);
            Assert.Throws<ArgumentException>(() => each.Bootstrap(Metric.MeanAbsoluteError));
            Assert.Equal(each.Metrics["macro-f1"], each.Measure(Metric.MultiLabelMacroF1()), 1e-12);
        }
    }

    [Fact]
    public void Evaluation_OfNoImages_IsNaNAndChangesNoPool()
    {
        DatasetSplit split = DrawnShapes.GraySplit();
        using Predictor model = Fitted(split);

        Evaluation none = model.Evaluate(InMemoryDataset.Of([], [.. split.Classes])), some = model.Evaluate(split.Validation);

        Assert.Equal(double.NaN, none.Metrics[Metric.Loss]);
        Assert.All(none.ValueScores, scores => Assert.Equal((double.NaN, double.NaN), (scores.MeanAbsoluteError, scores.MedianAbsoluteError)));
        Assert.Equal(some.Metrics[Metric.Loss], Evaluation.Pool(none, some).Metrics[Metric.Loss], 1e-12);
    }

    private static Predictor Fitted(DatasetSplit split)
    {
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(split)
            .For(epochs: 1, batchSize: 8)
            .RunOn(torchThreads: 1).Augment(images => images.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side)).Build().Fit();
        return result.TakeModel();
    }
}
