using Microsoft.Extensions.Logging;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class DivergenceTests
{
    [Theory]
    [InlineData(true, float.NaN)]
    [InlineData(false, float.NaN)]
    [InlineData(false, float.PositiveInfinity)]
    public void Fit_ThatDivergesAfterAnEpoch_GivesBackItsBestEpochAndSaysWhere(bool inTraining, float value)
    {
        long before = LiveTensors.Count;
        var log = new LogLines();
        var loss = new SpoiledLoss(epoch: 3, inTraining, value);
        using (TrainingResult result = Builder(epochs: 5, loss).LogTo(log).Build().Fit())
        {
            Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
            Assert.Contains(inTraining ? "at epoch 3, step 1" : "after epoch 3", result.StopReason);
            Assert.Equal(2, result.History.Count);
            Assert.Equal(result.Best.Validation[Metric.Accuracy], result.Model.Evaluate(ToyImages.Split().Validation).Accuracy, 1e-9);
            Assert.Equal((TrainingOutcome.Diverged, result.StopReason), loss.Ended);
            Assert.Equal((LogLevel.Warning, $"Fit ended (Diverged) after 2 epochs: {result.StopReason}"), log[^1]);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_ThatDivergesWithAFolder_LeavesItsBestModelThere()
    {
        using var folder = new TemporaryFolder();
        using TrainingResult result = Builder(epochs: 3, new SpoiledLoss(epoch: 2, inTraining: true, float.NaN)).KeepBest(Metric.Loss, folder.FullPath).Build().Fit();

        using Predictor saved = Predictor.Load(result.BestModelFile!, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

        byte[] image = ToyImages.Encoded(0, new Random(1));
        Assert.Equal(result.Model.Predict(image).Probabilities, saved.Predict(image).Probabilities);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_ThatDivergesInItsFirstEpoch_Throws(bool inTraining)
    {
        var loss = new SpoiledLoss(epoch: 1, inTraining, float.NaN);

        var failure = Assert.Throws<TrainingDivergedException>(() => Builder(epochs: 3, loss).Build().Fit());

        Assert.Equal((1, inTraining ? 1 : (int?)null), (failure.Epoch, failure.Step));
        Assert.Null(loss.Ended);
    }

    private static TrainerBuilder Builder(int epochs, SpoiledLoss loss) => Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split())
        .For(epochs, batchSize: 8).RunOn(torchThreads: 1).Minimize(loss).Observe(() => loss);

    /// <summary>Gives a value that is no loss in one epoch.</summary>
    private sealed class SpoiledLoss(int epoch, bool inTraining, float value) : ILoss, ITrainingObserver
    {
        private int _epoch = 1;

        public (TrainingOutcome, string?)? Ended { get; private set; }

        public Tensor Compute(LossContext context)
        {
            Tensor loss = nn.functional.cross_entropy(context.Output, context.Targets);
            return _epoch == epoch && context.Output.requires_grad == inTraining ? loss.mul(tensor(value)) : loss;
        }

        public void EpochEnded(EpochRecord record, TrainingRun run) => _epoch++;

        public void FitEnded(TrainingRun run) => Ended = (run.Outcome, run.StopReason);
    }
}
