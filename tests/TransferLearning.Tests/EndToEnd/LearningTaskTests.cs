using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Inference;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>Multi-label classification and regression from the images to the evaluation of a loaded model.</summary>
public sealed class LearningTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MultiLabel_FromMemory_LearnsWhichBarsAreInTheImage(bool featuresAlone)
    {
        using TrainingResult result = Builder(DrawnShapes.BarSplit(), featuresAlone).Build().Fit();

        Assert.True(result.Best.Validation[Metric.MeanAveragePrecision] > 0.95, result.Best.Validation.ToString());
        Assert.Equal(result.History.Max(epoch => epoch.Validation["macro-f1"]), result.Best.Validation["macro-f1"]);
        Assert.Equal(["loss", "macro-f1", "mean-average-precision", "exact-match"], result.Best.Validation.Keys);
    }

    [Fact]
    public void MultiLabel_FromAManifest_IsSavedLoadedAndEvaluated()
    {
        MultiLabelImage[] images = [.. DrawnShapes.Bars(each: 10, seed: 3)];
        foreach (MultiLabelImage image in images)
            File.WriteAllBytes(_folder.File(image.Name!), image.Encoded.ToArray());
        File.WriteAllLines(_folder.File("bars.csv"), ["path,label", .. images.Select(image => $"{image.Name},{string.Join('|', image.Labels)}")]);
        CsvManifest manifest = CsvManifest.Open(_folder.File("bars.csv"), new CsvManifestOptions { LabelSeparator = '|' });
        DatasetSplit split = manifest.Split(validation: 0.25);
        using TrainingResult result = Builder(split, featuresAlone: false).KeepBest(Metric.Loss).Build().Fit();
        result.Model.Save(_folder.File("bars.tlmodel"));

        using Predictor loaded = Predictor.Load(_folder.File("bars.tlmodel"), new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        Evaluation evaluation = loaded.Evaluate(split.Validation);

        Assert.True(evaluation.Metrics[Metric.ExactMatch()] > 0.9, evaluation.Metrics.ToString());
        Assert.Equal(result.Best.Validation[Metric.MeanAveragePrecision], evaluation.Metrics[Metric.MeanAveragePrecision], 1e-6);
        Assert.Throws<InvalidOperationException>(() => evaluation.Confusion);
        int all = images.ToList().FindIndex(image => image.Labels.Count == 3);
        Prediction prediction = loaded.Predict(_folder.File(images[all].Name!));
        Assert.Equal(DrawnShapes.Colors, prediction.Labels.Select(score => score.Label).Order());
        Assert.Empty(loaded.Predict(images[0].Encoded.Span).Labels);
        Assert.Equal("no class", loaded.Predict(images[0].Encoded.Span).ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Regression_FromMemory_TellsValuesInTheirUnits(bool featuresAlone)
    {
        DatasetSplit split = DrawnShapes.GraySplit();
        using TrainingResult result = Builder(split, featuresAlone).Build().Fit();
        using var saved = new MemoryStream();
        result.Model.Save(saved);
        saved.Position = 0;

        using Predictor loaded = Predictor.Load(saved, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        Evaluation evaluation = loaded.Evaluate(split.Validation, batchSize: 5, Metric.MeanAbsoluteError, Metric.R2);

        Assert.True(evaluation.Metrics[Metric.R2] > 0.9, evaluation.Metrics.ToString());
        Assert.Equal(["loss", "mae", "r2"], evaluation.Metrics.Keys);
        Assert.Equal(result.Best.Validation[Metric.MeanAbsoluteError], evaluation.Metrics[Metric.MeanAbsoluteError], 1e-2);
        double byHand = evaluation.Samples.Zip(evaluation.Predictions, (sample, prediction) =>
            Assert.IsAssignableFrom<ValuesTarget>(sample.Target).Numbers
                .Zip(prediction.Numbers, (truth, value) => Math.Abs(truth - value)).Average()).Average();
        Assert.Equal(byHand, evaluation.Metrics[Metric.MeanAbsoluteError], 1e-3);
        var refusal = Assert.Throws<InvalidOperationException>(() => evaluation.Predictions[0].Label);
        Assert.Contains("prediction[\"brightness\"]", refusal.Message);
    }

    private TrainerBuilder Builder(DatasetSplit split, bool featuresAlone)
    {
        var features = new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = _folder.File("features") } };
        PretrainedBackbone network = StagedSmallNetwork.Pretrained();
        TrainerBuilder builder = featuresAlone
            ? Trainer.ExtractFeatures(network).OptimizeWith(Optimizers.AdamW(learningRate: 0.05)).CacheFeatures(features).For(epochs: 60, batchSize: 8)
            : Trainer.FineTune(network).Freeze(FreezePolicy.Nothing).OptimizeWith(Optimizers.AdamW(learningRate: 0.01)).For(epochs: 25, batchSize: 8);
        return builder.On(split).Augment(images => images.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side))
            .ComputeIn(ComputePrecision.Float32).RunOn(torchThreads: 1);
    }
}
