using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Predictions;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>A task of one's own, by public means alone: grades that have an order (Frank and Hall, 2001).</summary>
public sealed class OwnTaskTests
{
    [Fact]
    public void OrdinalRegression_IsTrainedSavedLoadedAndEvaluated()
    {
        DatasetSplit grades = new(Grades(count: 48, seed: 1), Grades(count: 24, seed: 2));
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(grades).Learn(new OrdinalRegression()).KeepBest(Metric.Loss)
            .Freeze(FreezePolicy.Nothing).OptimizeWith(Optimizers.AdamW(learningRate: 0.02)).For(epochs: 15, batchSize: 8)
            .ComputeIn(ComputePrecision.Float32).RunOn(torchThreads: 1).Build().Fit();
        using var saved = new MemoryStream();
        result.Model.Save(saved);
        saved.Position = 0;

        using Predictor loaded = Predictor.Load(saved, new PredictorOptions
        {
            Backbone = StagedSmallNetwork.Pretrained(),
            Tasks = [new OrdinalRegression()],
            Readings = [new OrdinalReading()],
        });
        Evaluation evaluation = loaded.Evaluate(grades.Validation);

        Assert.True(evaluation.Accuracy > 0.8, evaluation.Confusion.ToString());
        Assert.Equal(result.Best.Validation[Metric.MeanAveragePrecision], evaluation.Metrics[Metric.MeanAveragePrecision], 1e-6);
        Assert.Equal("ordinal", loaded.Metadata.Task.Identifier);
    }

    private static InMemoryDataset Grades(int count, int seed) => InMemoryDataset.Of(
        DrawnShapes.Grays(count, seed).Select(image => image with { Target = Target.Class((int)((ValuesTarget)image.Target).Numbers[0] / 75) }),
        "dark", "middling", "bright");

    /// <summary>Each output says whether the grade is above one of the steps between grades.</summary>
    private sealed class OrdinalRegression : LearningTask
    {
        public override string Identifier => "ordinal";

        public override ILoss DefaultLoss { get; } = Losses.BinaryCrossEntropy();

        public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.MeanAveragePrecision];

        public override OutputReading Reading { get; } = new OrdinalReading();

        public override int GetOutputCount(IReadOnlyList<string> names) => names.Count - 1;

        public override IEnumerable<string> FindProblems(DatasetSplit data) => Classification.FindProblems(data);

        public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
        {
            float[] above = [.. samples.SelectMany(sample => Enumerable.Range(0, names.Count - 1).Select(step => sample.ClassIndex > step ? 1f : 0f))];
            return tensor(above, [samples.Count, names.Count - 1]);
        }
    }

    private sealed class OrdinalReading : OutputReading
    {
        public override string Identifier => "ordinal";

        public override int GetOutputCount(IReadOnlyList<string> names) => names.Count - 1;

        public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names)
        {
            double[] above = [1, .. Array.ConvertAll(outputs.ToArray(), logit => 1 / (1 + Math.Exp(-logit))), 0];
            return new Prediction(names, names.Select((_, grade) => Math.Max(0, above[grade] - above[grade + 1])));
        }
    }
}
