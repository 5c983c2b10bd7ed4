using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training.RateSearch;
using static TorchSharp.torch;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>What the techniques of docs/training.md make, a fit gives back, together and on failing paths; and they repeat.</summary>
[Collection(Alone.Name)]
public sealed class TechniqueLifetimeTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Fit_WithAllOfThem_LeavesNoTensorAndRepeatsAtAnyNumberOfWorkers(ComputePrecision precision)
    {
        long before = LiveTensors.Count;

        byte[] first = Model(Builder(workers: 0).ComputeIn(precision));
        byte[] second = Model(Builder(workers: 3).ComputeIn(precision));

        Assert.Equal(first, second);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]  // the second pass of sharpness-aware minimization
    [InlineData(9)]
    public void Fit_ThatFailsInItsLoss_LeavesNoTensor(int call)
    {
        long before = LiveTensors.Count;
        Trainer trainer = Builder(workers: 1).Minimize(new FailingLoss(call)).Build();

        Assert.Throws<InvalidOperationException>(() => trainer.Fit());
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void FindLearningRate_ThatFailsInItsLoss_LeavesNoTensor()
    {
        long before = LiveTensors.Count;
        Trainer trainer = Builder(workers: 1).Minimize(new FailingLoss(4)).Build();

        Assert.Throws<InvalidOperationException>(() => trainer.FindLearningRate(new LearningRateSearchOptions { Steps = 20 }));
        Assert.Equal(before, LiveTensors.Count);
    }

    private static TrainerBuilder Builder(int workers) => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split())
        .For(epochs: 4, batchSize: 5).Freeze(FreezePolicy.Gradual()).OptimizeWith(Optimizers.Sgd(0.05) with { MaxGradientNorm = 1, MaxGradientValue = 1 })
        .Schedule(LearningRate.WarmUp(1, LearningRate.OneCycle())).DiscriminativeRates(("stem", 0.5)).AccumulateGradients(2).MinimizeSharpness()
        .DecayTowardStart().AverageWeights(decay: 0.9).InterpolateWeights().RunOn(torchThreads: 1, workers: workers);

    private static byte[] Model(TrainerBuilder builder)
    {
        using TrainingResult result = builder.Minimize(Losses.Focal(ClassWeights.Balanced)).Build().Fit();
        using var model = new MemoryStream();
        result.Model.Save(model);
        return model.ToArray();
    }

    private sealed class FailingLoss(int call) : ILoss
    {
        private int _calls;

        public Tensor Compute(LossContext context) => ++_calls == call ? throw new InvalidOperationException() : Losses.CrossEntropy().Compute(context);
    }
}
