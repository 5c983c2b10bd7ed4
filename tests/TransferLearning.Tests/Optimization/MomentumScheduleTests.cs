using TransferLearning.Optimization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Optimization;

public sealed class MomentumScheduleTests
{
    [Fact]
    public void Step_OfSgdWithAMomentum_UsesItInPlaceOfItsOwn()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = new SgdOptions { Momentum = 0.9 }.Create();
        optimizer.SetGroups([parameters.Group()]);

        parameters.SetGradient(2);
        optimizer.Step(0.1, momentum: 0.5);              // v = 2
        Assert.Equal(0.8f, parameters.Value, 1e-6f);
        parameters.SetGradient(1);
        optimizer.Step(0.1, momentum: 0.25);             // v = 0.5 + 1
        Assert.Equal(0.65f, parameters.Value, 1e-6f);
        parameters.SetGradient(1);
        optimizer.Step(0.1);                             // v = 0.9 * 1.5 + 1: its own again
        Assert.Equal(0.415f, parameters.Value, 1e-6f);
    }

    [Fact]
    public void Step_OfAdamWWithAMomentum_UsesItAsBeta1()
    {
        using LooseParameters parameters = LooseParameters.Scalar(0);
        using Optimizer optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.5, WeightDecay = 0, Epsilon = 1e-12 }.Create();
        optimizer.SetGroups([parameters.Group()]);

        parameters.SetGradient(2);
        optimizer.Step(0.1, momentum: 0.5);              // m = 1, v = 2; corrected 2 and 4
        Assert.Equal(-0.1f, parameters.Value, 1e-6f);
        parameters.SetGradient(1);
        optimizer.Step(0.1, momentum: 0.8);              // m = 0.8 + 0.2 = 1, v = 1 + 0.5; corrected by 1 - 0.8^2 and 1 - 0.5^2
        Assert.Equal(-0.1 - 0.1 * (1 / 0.36) / Math.Sqrt(2), parameters.Value, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Step_WithABadMomentum_Throws(double momentum)
    {
        using Optimizer optimizer = Optimizers.Sgd().Create();

        Assert.Throws<ArgumentOutOfRangeException>("momentum", () => optimizer.Step(0.1, momentum));
    }

    [Theory]
    [InlineData(3, 4, 0.5)]  // clamped to 0.5 each
    [InlineData(0.3, -4, 0.5)]
    public void Step_WithMaxGradientValue_ClampsEachElement(float first, float second, double maximum)
    {
        using LooseParameters one = LooseParameters.Scalar(0), other = LooseParameters.Scalar(0);
        using Optimizer optimizer = (Optimizers.Sgd(momentum: 0) with { MaxGradientValue = maximum }).Create();
        optimizer.SetGroups([new ParameterGroup("a", [("one", one["w"]), ("other", other["w"])])]);
        one.SetGradient(first);
        other.SetGradient(second);

        optimizer.Step(1);

        Assert.Equal(-Math.Clamp(first, -0.5f, 0.5f), one.Value, 1e-6f);
        Assert.Equal(-Math.Clamp(second, -0.5f, 0.5f), other.Value, 1e-6f);
    }

    [Fact]
    public void Step_WithBothLimits_ClampsBeforeItShortens()
    {
        using LooseParameters one = LooseParameters.Scalar(0), other = LooseParameters.Scalar(0);
        using Optimizer optimizer = (Optimizers.Sgd(momentum: 0) with { MaxGradientValue = 4, MaxGradientNorm = 1 }).Create();
        optimizer.SetGroups([new ParameterGroup("a", [("one", one["w"]), ("other", other["w"])])]);
        one.SetGradient(3);
        other.SetGradient(100);

        optimizer.Step(1);

        Assert.Equal(-0.6f, one.Value, 1e-5f);
        Assert.Equal(-0.8f, other.Value, 1e-5f);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SgdOptions { MaxGradientValue = 0 });
    }

    [Fact]
    public void Fit_WithAScheduleThatSetsTheMomentum_TrainsWithIt()
    {
        double[] without = Losses(Optimizers.Sgd(0.05, momentum: 0), LearningRate.Cosine());
        double[] replaced = Losses(Optimizers.Sgd(0.05, momentum: 0.9), new NoMomentum());
        double[] own = Losses(Optimizers.Sgd(0.05, momentum: 0.9), LearningRate.Cosine());

        Assert.Equal(without, replaced);
        Assert.NotEqual(without, own);
    }

    private static double[] Losses(SgdOptions optimizer, ILearningRateSchedule schedule)
    {
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 8)
            .RunOn(torchThreads: 1).OptimizeWith(optimizer).Schedule(schedule).Freeze(FreezePolicy.Nothing).ComputeIn(ComputePrecision.Float32).Build().Fit();
        return [.. result.History.Select(epoch => epoch.Validation[Metric.Loss])];
    }

    private sealed class NoMomentum : ILearningRateSchedule
    {
        private readonly ILearningRateSchedule _cosine = LearningRate.Cosine();

        public double GetFactor(ScheduleContext context) => _cosine.GetFactor(context);

        public double? GetMomentum(ScheduleContext context) => 0;
    }
}
