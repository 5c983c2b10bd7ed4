using TransferLearning.Data;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Training;

public sealed class EvaluationWeightsTests
{
    [Theory]
    [InlineData("stem")] // whose activations are kept from epoch to epoch
    [InlineData("body")] // with all stages before the head frozen, features are stored
    public void Fit_WithStagesThatAreFreedAndFrozenAgain_ValidatesTheWeightsThatItSaves(string lastFrozen)
    {
        DatasetSplit images = ToyImages.Split();
        var saved = new List<double>();
        Trainer trainer = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(images).For(epochs: 5, batchSize: 8).RunOn(torchThreads: 1)
            .OptimizeWith(Optimizers.Sgd(learningRate: 0.1)).ComputeIn(ComputePrecision.Float32)
            .Freeze(new FreeInTheSecondEpoch(FreezePolicy.UpTo(lastFrozen))).EvaluateWith(() => new MovingAverage(decay: 0.9))
            .Observe(() => new Evaluating(images.Validation, saved)).Build();

        using TrainingResult result = trainer.Fit();

        Assert.Equal(5, saved.Count);
        Assert.All(result.History.Zip(saved), pair => Assert.Equal(pair.Second, pair.First.Validation[Metric.Loss], 1e-5));
    }

    private sealed record FreeInTheSecondEpoch(FreezePolicy Otherwise) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => epoch != 2 && Otherwise.Freezes(name, info, epoch);
    }

    private sealed class Evaluating(IDatasetSource images, List<double> losses) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            using var folder = new TemporaryFolder();
            run.SaveModel(folder.File("epoch.tlmodel"));
            using Predictor saved = Predictor.Load(folder.File("epoch.tlmodel"), new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
            losses.Add(saved.Evaluate(images).Metrics[Metric.Loss]);
        }
    }
}
