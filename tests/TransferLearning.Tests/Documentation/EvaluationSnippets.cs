using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Published;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/evaluation.md.</summary>
internal static class EvaluationSnippets
{
    public static Evaluation TestSet(IDatasetSource source, PretrainedBackbone network)
    {
        DatasetSplit images = source.Split(validation: 0.15, seed: 1, test: 0.15, groupBy: sample => sample.Name.Split('-')[0]);
        using TrainingResult result = Trainer.FineTune(network).On(images).SampleWith(Sampler.Balanced).Build().Fit();
        Console.WriteLine(result); // best epoch and last
        Evaluation test = result.Model.Evaluate(images.Test!);
        return test;
    }

    public static double Measuring(Evaluation test)
    {
        double correlation = test.Measure(Metric.MatthewsCorrelation);
        foreach (ClassScores scores in test.ClassScores)
            Console.WriteLine($"{scores.Name}: precision {scores.Precision:P0}, recall {scores.Recall:P0}, ROC-AUC {scores.RocAuc:0.000}");
        return correlation;
    }

    public static (McNemarTest, BootstrapInterval) Intervals(Evaluation test, Evaluation other)
    {
        Console.WriteLine(test.AccuracyInterval);                        // Wilson, 1927
        Console.WriteLine(test.Bootstrap(Metric.BalancedAccuracy));      // of any metric: 0.912 (0.881 to 0.939)
        McNemarTest same = test.CompareWith(other);                      // right on the same images? exact and mid-p
        BootstrapInterval gain = test.BootstrapDifference(other, Metric.LogLoss);
        return (same, gain);
    }

    public static CorrectedTTest Folds(IDatasetSource source, PretrainedBackbone network)
    {
        IReadOnlyList<DatasetSplit> folds = source.Folds(5, seed: 1);
        using CrossValidationResult features = CrossValidation.Run(
            folds, fold => Trainer.ExtractFeatures(network).On(fold).Build(), new CrossValidationOptions { Seeds = [1, 2], InnerValidation = 0.2 });
        using CrossValidationResult tuned = CrossValidation.Run(
            folds, fold => Trainer.FineTune(network).On(fold).Build(), new CrossValidationOptions { Seeds = [1, 2], InnerValidation = 0.2 });

        Console.WriteLine(features);                                     // each fold, best epoch and last
        Console.WriteLine(features.Summarize(Metric.Accuracy));          // mean ± deviation (interval)
        Console.WriteLine(features.SummarizeLast(Metric.Accuracy));
        Console.WriteLine(features.Pooled.Bootstrap(Metric.Accuracy));   // every image, by a model that did not see it
        CorrectedTTest difference = tuned.CompareWith(features, Metric.Accuracy);
        return difference;
    }

    public static void Calibrating(TrainingResult result, DatasetSplit images)
    {
        CalibrationReport report = result.Model.Calibrate(images.Validation);
        Console.WriteLine(report);                                       // log-loss and calibration error, before and after
        result.Model.UseThresholds(0.6);                                 // below: prediction.Labels is empty, "none of these"
        result.Model.Save("calibrated.tlmodel");
    }

    public static void Thresholds(Predictor labels, DatasetSplit images)
    {
        foreach (ThresholdChoice choice in labels.ChooseThresholds(images.Validation, ThresholdGoal.Precision(0.9)))
            Console.WriteLine($"{choice.Name}: from {choice.Threshold:P0} on, {choice.Reached?.Recall:P0} are found");
    }
}
