using Quickstart;
using Regression;
using TransferLearning;
using TransferLearning.Inference;
using TransferLearning.Metrics;

// How full a tank is and how warm, read off by a network that has seen ImageNet's photographs. Everything is drawn here.
DatasetSplit tanks = Tanks.Draw(count: 400, seed: 1).Split(validation: 0.2, seed: 1, test: 0.2);

using TrainingResult result = Trainer
    .FineTune(ImageNet.ResNet18()) // its features tell things apart; how much there is of something is learned
    .On(tanks)
    .Minimize(Losses.Huber())
    .For(epochs: 6)
    .OptimizeWith(Optimizers.AdamW(learningRate: 1e-3))
    .Augment(images => images.RandomRotation(180))
    .Build()
    .Fit();
Console.WriteLine($"\n{result}");

Evaluation test = result.Model.Evaluate(tanks.Test!, batchSize: 16, Metric.R2, Metric.MedianAbsoluteError);
Console.WriteLine($"\nTest, {test}");
foreach (ValueScores scores in test.ValueScores)
    Console.WriteLine($"  {scores.Name,-5} off by {scores.MeanAbsoluteError:0.0} on average, by {scores.MedianAbsoluteError:0.0} in half of the images; R² {scores.R2:0.00}");
Console.WriteLine($"R², 95 % interval: {test.Bootstrap(Metric.R2)}");
Console.WriteLine($"{test.Samples[0].Name}: {test.Predictions[0]}");
