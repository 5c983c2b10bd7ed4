using MultiLabel;
using Quickstart;
using TransferLearning;
using TransferLearning.Inference;
using TransferLearning.Metrics;

// Which insects are in a meadow, any number of them, told by a network that has seen ImageNet's photographs. Everything is drawn here.
DatasetSplit meadows = Meadows.Draw(count: 400, seed: 1).Split(validation: 0.25, seed: 1, test: 0.25);

using TrainingResult result = Trainer
    .ExtractFeatures(ImageNet.ResNet18())
    .On(meadows)
    .SampleWith(TransferLearning.Batching.Sampler.Balanced)
    .Augment(images => images.RandomRotation(180).RandomHorizontalFlip())
    .Build()
    .Fit();
Console.WriteLine($"\n{result}");

CalibrationReport calibration = result.Model.Calibrate(meadows.Validation);
Console.WriteLine($"\nCalibrated: {calibration}");
foreach (ThresholdChoice choice in result.Model.ChooseThresholds(meadows.Validation, ThresholdGoal.Precision(0.9)))
    Console.WriteLine($"  {choice.Name} from {choice.Threshold:P0} on");

Evaluation test = result.Model.Evaluate(
    meadows.Test!, batchSize: 16, Metric.MeanAveragePrecision, Metric.MultiLabelRocAuc, Metric.HammingLoss(0.5));
Console.WriteLine($"\nTest, {test}");
foreach (ClassScores scores in test.ClassScores)
    Console.WriteLine($"  {scores.Name,-10} precision {scores.Precision:0.00}, recall {scores.Recall:0.00}, F1 {scores.F1:0.00} of {scores.Support} images");
Console.WriteLine($"Mean average precision, 95 % interval: {test.Bootstrap(Metric.MeanAveragePrecision)}");
