using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Inference;

/// <summary>Temperature and thresholds, from the numbers to the model file.</summary>
public sealed class CalibrationTests
{
    [Theory]
    [InlineData(0.25)]
    [InlineData(3)]
    public void Fit_OfLogitsThatAreTooLargeBySomeFactor_FindsIt(double factor)
    {
        var random = new Random(1);
        float[,] logits = new float[4000, 3];
        long[] classes = new long[4000];
        for (int row = 0; row < 4000; row++)
        {
            double[] honest = [2 * random.NextDouble(), 2 * random.NextDouble(), 3 * random.NextDouble()];
            double sum = honest.Sum(Math.Exp), drawn = random.NextDouble();
            classes[row] = drawn < Math.Exp(honest[0]) / sum ? 0 : drawn < (Math.Exp(honest[0]) + Math.Exp(honest[1])) / sum ? 1 : 2;
            for (int column = 0; column < 3; column++)
                logits[row, column] = (float)(factor * honest[column]);
        }
        OutcomeRows rows = Rows(logits, tensor(classes));

        double temperature = TemperatureScaling.Fit(rows, ofClasses: true)!.Value;

        Assert.Equal(factor, temperature, 0.1 * factor);
        double best = rows.DividedBy(temperature).Measure(Metric.LogLoss);
        Assert.True(best < rows.DividedBy(temperature * 1.02).Measure(Metric.LogLoss));
        Assert.True(best < rows.DividedBy(temperature * 0.98).Measure(Metric.LogLoss));
        Assert.Equal(rows.Measure(Metric.Accuracy), rows.DividedBy(temperature).Measure(Metric.Accuracy));
        Assert.True(rows.DividedBy(temperature).Measure(Metric.ExpectedCalibrationError()) < rows.Measure(Metric.ExpectedCalibrationError()));
    }

    [Fact]
    public void Fit_OfLabels_IsAtTheLeastLogLoss()
    {
        OutcomeRows rows = Rows(new float[,] { { 3, -3 }, { 3, -3 }, { 3, -3 }, { 3, -3 } }, tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 1, 1 }, { 0, 0 } }));

        Assert.Equal(3 / Math.Log(3), TemperatureScaling.Fit(rows, ofClasses: false)!.Value, 1e-9); // 3 of 4 are right on either side
    }

    [Fact]
    public void Fit_WhereAllIsRightOrNothingIs_FindsNone()
    {
        Assert.Null(TemperatureScaling.Fit(Rows(new float[,] { { 1, 0 }, { 0, 1 } }, tensor(new long[] { 0, 1 })), ofClasses: true));
        Assert.Null(TemperatureScaling.Fit(Rows(new float[,] { { 1, 0 }, { 0, 1 } }, tensor(new long[] { 1, 0 })), ofClasses: true));
    }

    [Fact]
    public void Choose_ForEachGoal_TakesTheThresholdByHand()
    {
        (double, bool)[] predictions = [(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.3, false), (0.2, true), (0.1, false)];

        ThresholdPoint best = ThresholdGoal.BestF1.Choose(predictions)!, precise = ThresholdGoal.Precision(0.9).Choose(predictions)!, complete = ThresholdGoal.Recall(0.75).Choose(predictions)!;

        Assert.Equal(0.15, best.Threshold, 1e-12);       // 4 of 6 right, all found
        Assert.Equal(0.8, best.F1, 1e-12);
        Assert.Equal(0.75, precise.Threshold, 1e-12);
        Assert.Equal((1, 0.5), (precise.Precision, precise.Recall));
        Assert.Equal(0.45, complete.Threshold, 1e-12);   // 3 of 4 right, 3 of 4 found
        Assert.Null(ThresholdGoal.Precision(0.9).Choose([(0.9, false), (0.8, true)]));
        Assert.Null(ThresholdGoal.BestF1.Choose([(0.9, false)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThresholdGoal.Recall(1.1));
    }

    [Fact]
    public void Calibrate_WhileThresholdsChange_LosesNeither()
    {
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 2, batchSize: 8).Freeze(FreezePolicy.Nothing)
            .RunOn(torchThreads: 1).OptimizeWith(Optimizers.AdamW(learningRate: 2e-2)).Build().Fit();
        var images = new Meanwhile(ToyImages.Source(each: 20, seed: 9), () => result.Model.UseThresholds(0.9));

        CalibrationReport report = result.Model.Calibrate(images);

        Assert.Null(report.Problem);
        OutputReading reading = new SoftmaxReading().WithSettings(result.Model.Metadata.Reading.Settings);
        Assert.Equal(report.Temperature, Assert.IsAssignableFrom<ITemperatureReading>(reading).Temperature);
        Assert.Equal([0.9], Assert.IsAssignableFrom<IThresholdReading>(reading).Thresholds);
    }

    [Fact]
    public void PredictMany_OnManyThreadsWhileReadingAndViewsChange_ReadsEachImageOneWayOrAnother()
    {
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 1, batchSize: 8).RunOn(torchThreads: 1).Build().Fit();
        Predictor model = result.Model;
        IDatasetSource images = ToyImages.Source(each: 4, seed: 9);
        Prediction[] plain = [.. model.PredictMany(images)];
        model.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
        Prediction[] flipped = [.. model.PredictMany(images)];

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (int round = 0; round < 3; round++)
            {
                model.TestTimeAugmentation = (thread + round) % 2 == 0 ? TestTimeAugmentation.None : TestTimeAugmentation.HorizontalFlip;
                model.UseThresholds(0.5);
                foreach ((Prediction found, int index) in model.PredictMany(images).Select((prediction, index) => (prediction, index)))
                    Assert.True(IsAlike(found, plain[index]) || IsAlike(found, flipped[index]));
            }
        });

        static bool IsAlike(Prediction one, Prediction other) =>
            one.Probabilities.Zip(other.Probabilities).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3);
    }

    private sealed class Meanwhile(IDatasetSource source, Action action) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples => source.Samples;

        public ReadOnlyMemory<byte> Load(int index)
        {
            action();
            return source.Load(index);
        }
    }

    [Fact]
    public void Calibrate_OfAModel_ChangesProbabilitiesAloneAndIsSaved()
    {
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 2, batchSize: 8).Freeze(FreezePolicy.Nothing)
            .RunOn(torchThreads: 1).OptimizeWith(Optimizers.AdamW(learningRate: 2e-2)).Build().Fit();
        IDatasetSource images = ToyImages.Source(each: 20, seed: 9);
        Evaluation before = result.Model.Evaluate(images, 16, Metric.Accuracy, Metric.LogLoss);

        CalibrationReport report = result.Model.Calibrate(images);

        Evaluation after = result.Model.Evaluate(images, 16, Metric.Accuracy, Metric.LogLoss);
        Assert.Null(report.Problem);
        Assert.NotEqual(1, report.Temperature);
        Assert.Equal(before.Accuracy, after.Accuracy);
        Assert.Equal(before.Metrics[Metric.LogLoss], report.Before[Metric.LogLoss], 1e-12);
        Assert.Equal(report.After[Metric.LogLoss], after.Metrics[Metric.LogLoss], 1e-6);
        Assert.True(report.After[Metric.LogLoss] < report.Before[Metric.LogLoss]);
        Assert.Equal(after.Metrics[Metric.LogLoss], -after.Samples.Zip(after.Predictions, (sample, prediction) => Math.Log(prediction.Probabilities[sample.ClassIndex])).Average(), 1e-5);
        Assert.Equal(report.Temperature, result.Model.Calibrate(images).Temperature, 1e-3); // nothing left to gain
        byte[] image = images.Load(0).ToArray();
        using Predictor loaded = Reloaded(result.Model);
        Assert.Equal(result.Model.Predict(image).Probabilities, loaded.Predict(image).Probabilities);
        Assert.Equal(result.Model.Metadata.Reading, loaded.Metadata.Reading);

        loaded.UseThresholds(0.999999);
        Assert.Empty(loaded.Predict(image).Labels);
        Assert.Equal(result.Model.Predict(image).Probabilities, loaded.Predict(image).Probabilities);
        Assert.Throws<ArgumentException>(() => loaded.UseThresholds(0.5, 0.5));
        Assert.Throws<InvalidOperationException>(() => loaded.ChooseThresholds(images, ThresholdGoal.BestF1));
    }

    [Fact]
    public void ChooseThresholds_OfAMultiLabelModel_AreSavedAndMeasuredBy()
    {
        DatasetSplit split = DrawnShapes.BarSplit();
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(split).For(epochs: 3, batchSize: 8).Freeze(FreezePolicy.Nothing)
            .Augment(images => images.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side)).RunOn(torchThreads: 1).OptimizeWith(Optimizers.AdamW(learningRate: 1e-2)).Build().Fit();
        result.Model.Calibrate(split.Validation);

        IReadOnlyList<ThresholdChoice> choices = result.Model.ChooseThresholds(split.Validation, ThresholdGoal.BestF1);

        using Predictor loaded = Reloaded(result.Model);
        Evaluation evaluation = loaded.Evaluate(split.Validation);
        Assert.Equal(choices.Average(choice => choice.Reached!.F1), evaluation.Metrics["macro-f1"], 1e-9);
        Assert.Equal(choices.Select(choice => choice.Reached!.F1), evaluation.ClassScores.Select(scores => scores.F1));
        Assert.Equal(choices.Select(choice => choice.Reached!.Precision), evaluation.ClassScores.Select(scores => scores.Precision));
        Assert.All(evaluation.ClassScores, scores => Assert.InRange(scores.RocAuc, 0.5, 1));
        Assert.True(evaluation.CompareWith(evaluation) is { PValue: 1, OnlyFirst: 0 });
    }

    [Fact]
    public void Calibrate_OfARegression_IsRefused()
    {
        DatasetSplit split = DrawnShapes.GraySplit();
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(split).For(epochs: 1, batchSize: 8).RunOn(torchThreads: 1)
            .Augment(images => images.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side)).Build().Fit();

        Assert.Contains("'regression'", Assert.Throws<InvalidOperationException>(() => result.Model.Calibrate(split.Validation)).Message);
        Assert.Throws<InvalidOperationException>(() => result.Model.UseThresholds(0.5));
        Evaluation evaluation = result.Model.Evaluate(split.Validation, 16, Metric.MeanAbsoluteError, Metric.MedianAbsoluteError, Metric.ExplainedVariance);
        Assert.Equal(evaluation.Metrics[Metric.MedianAbsoluteError], evaluation.ValueScores.Average(scores => scores.MedianAbsoluteError), 1e-3);
        Assert.Equal(evaluation.Metrics[Metric.ExplainedVariance], evaluation.ValueScores.Average(scores => scores.ExplainedVariance), 1e-4);
    }

    private static Predictor Reloaded(Predictor model)
    {
        using var saved = new MemoryStream();
        model.Save(saved);
        saved.Position = 0;
        return Predictor.Load(saved, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
    }

    private static OutcomeRows Rows(float[,] outputs, Tensor labels)
    {
        using Tensor output = tensor(outputs), owned = labels;
        var rows = new OutcomeRows();
        rows.Add(new BatchOutcome { Output = output, Labels = owned, Loss = 0, Count = outputs.GetLength(0) });
        return rows;
    }
}
