using TransferLearning.Batching;
using TransferLearning.Optimization;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

namespace TransferLearning.Tests.Optimization;

/// <summary>Schedules in closed form beside the recursions by which PyTorch's schedulers define them.</summary>
public sealed class ScheduleTests
{
    private const int Epochs = 12;
    private const int Steps = 4;

    [Fact]
    public void MultiStep_EveryEpoch_IsTorchsRecursion()
    {
        int[] milestones = [3, 7, 7, 10];
        var expected = new List<double> { 1 };
        for (int epoch = 1; epoch < Epochs; epoch++)
            expected.Add(expected[^1] * Math.Pow(0.5, milestones.Count(milestone => milestone == epoch)));

        AssertEpochs(expected, LearningRate.MultiStep(0.5, milestones));
    }

    [Fact]
    public void Exponential_EveryEpoch_IsTorchsRecursion()
    {
        var expected = new List<double> { 1 };
        while (expected.Count < Epochs)
            expected.Add(expected[^1] * 0.9);

        AssertEpochs(expected, LearningRate.Exponential(0.9));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Polynomial_EveryStep_IsTorchsRecursion(double power)
    {
        double total = Epochs * Steps;
        var expected = new List<double> { 1 };
        for (int step = 1; step < total; step++)
            expected.Add(expected[^1] * Math.Pow((1 - step / total) / (1 - (step - 1) / total), power));

        AssertSteps(expected, LearningRate.Polynomial(power));
    }

    [Fact]
    public void OneCycle_OfTenSteps_HasTorchsRatesAndMomenta()
    {
        // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10): rises from step 0 to 0.3 * 10 - 1 = 2, falls from there to 9.
        ILearningRateSchedule schedule = LearningRate.OneCycle();
        ScheduleContext[] steps = [.. Enumerable.Range(0, 10).Select(step => At(step / 5, 2, step % 5, 5))];

        double[] rates = [.. steps.Select(schedule.GetFactor)];
        double?[] momenta = [.. steps.Select(schedule.GetMomentum)];

        double[] expected = [0.04, 0.52, 1, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893, 0.3887419780637106, 0.18825834605023698, 0.04951936798652643, 0.000004];
        Assert.All(expected.Zip(rates), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(0.95, momenta[0]!.Value, 1e-12);
        Assert.Equal(0.9, momenta[1]!.Value, 1e-12);
        Assert.Equal(0.85, momenta[2]!.Value, 1e-12);
        Assert.Equal(0.85 + 0.1 * (1 - Math.Cos(Math.PI * 3 / 7)) / 2, momenta[5]!.Value, 1e-12);
        Assert.Equal(0.95, momenta[9]!.Value, 1e-12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 4)]
    [InlineData(10, 1)]
    public void OneCycle_OfFewSteps_StaysWithinItsBounds(int epochs, int steps)
    {
        ILearningRateSchedule schedule = LearningRate.OneCycle(rise: 0.25);

        double[] rates = [.. Enumerable.Range(0, epochs * steps).Select(step => schedule.GetFactor(At(step / steps, epochs, step % steps, steps)))];

        Assert.All(rates, rate => Assert.InRange(rate, 0, 1));
        Assert.Equal(4e-6, rates[^1], 1e-9);
    }

    [Fact]
    public void WarmUp_BeforeExponential_IsTorchsSequence()
    {
        // SequentialLR([LinearLR(start_factor=1/9, total_iters=8), ExponentialLR(0.5)], milestones=[8]), with four steps an epoch.
        const double start = 1.0 / 9;
        var expected = new List<double> { start };
        for (int step = 1; step < 8; step++)
            expected.Add(expected[^1] * (1 + (1 - start) / (8 * start + (step - 1) * (1 - start))));
        for (int epoch = 0; epoch < Epochs - 2; epoch++)
            expected.AddRange(Enumerable.Repeat(Math.Pow(0.5, epoch), Steps));

        AssertSteps(expected, LearningRate.WarmUp(2, LearningRate.Exponential(0.5)));
    }

    [Fact]
    public void WarmUp_BeforeCosine_IsCosineWithWarmUp()
    {
        ILearningRateSchedule cosine = LearningRate.Cosine(warmUpEpochs: 2);

        AssertSteps([.. AllSteps().Select(cosine.GetFactor)], LearningRate.WarmUp(2, LearningRate.Cosine()));
    }

    [Fact]
    public void WarmUp_BeforeOneCycle_HandsItsMomentumOn()
    {
        ILearningRateSchedule schedule = LearningRate.WarmUp(2, LearningRate.OneCycle());

        Assert.Equal(0.95, schedule.GetMomentum(At(1, Epochs, 3, Steps))!.Value, 1e-12);
        Assert.Equal(LearningRate.OneCycle().GetMomentum(At(3, Epochs - 2, 1, Steps)), schedule.GetMomentum(At(5, Epochs, 1, Steps)));
        Assert.Null(LearningRate.WarmUp(2, LearningRate.Cosine()).GetMomentum(At(5, Epochs, 1, Steps)));
    }

    [Fact]
    public void WarmUp_AsLongAsTheRun_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => LearningRate.WarmUp(3, LearningRate.Constant).GetFactor(At(0, 3, 0, 4)));

        Assert.Equal("The warm-up takes 3 epochs and the run has 3; the warm-up must be shorter than the run.", error.Message);
    }

    [Theory]
    [InlineData(false, 0, 0)]
    [InlineData(false, 1, 2)]
    [InlineData(true, 2, 0)]
    [InlineData(true, 1, 1)]
    public void ReduceOnPlateau_OverManyHistories_IsTorchsScheduler(bool rising, int patience, int cooldown)
    {
        Metric metric = rising ? Metric.Accuracy : Metric.Loss;
        ILearningRateSchedule schedule = LearningRate.ReduceOnPlateau(metric, factor: 0.5, patience, threshold: 0.05, cooldown, minimum: 0.1);
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 30).Select(index => index == 7 ? double.NaN : random.NextDouble())];
            var torch = new TorchPlateau(rising, 0.5, patience, 0.05, cooldown, 0.1);

            for (int epoch = 0; epoch <= values.Length; epoch++)
            {
                double found = schedule.GetFactor(At(epoch, 40, 0, 1) with { Validation = [.. values.Take(epoch).Select(value => new Dictionary<string, double> { [metric.Name] = value })] });
                Assert.Equal(torch.Rate, found, 1e-12);
                if (epoch < values.Length)
                    torch.Step(values[epoch]);
            }
        }
    }

    [Fact]
    public void ReduceOnPlateau_OfAMetricThatIsNotMeasured_NamesIt()
    {
        ScheduleContext context = At(1, 3, 0, 4) with { Validation = [new Dictionary<string, double> { ["loss"] = 1 }] };

        var error = Assert.Throws<ArgumentException>(() => LearningRate.ReduceOnPlateau(Metric.Accuracy).GetFactor(context));

        Assert.Equal("The learning rate depends on 'accuracy', which is not measured. Measured: loss.", error.Message);
    }

    [Fact]
    public void Build_WithASchedule_ThatDoesNotFitTheFit_SaysSo()
    {
        string[] Problems(ILearningRateSchedule schedule) => [.. Assert.Throws<TrainerConfigurationException>(() => Trainer.FineTune(StagedSmallNetwork.Pretrained())
            .On(ToyImages.Split()).For(epochs: 3).Schedule(schedule).Build()).Problems];

        Assert.Equal(["The warm-up takes 3.5 epochs and the run has 3; the warm-up must be shorter than the run."], Problems(LearningRate.Cosine(warmUpEpochs: 3.5)));
        Assert.Equal(
            [
                "The warm-up takes 3 epochs and the run has 3; the warm-up must be shorter than the run.",
                "The learning rate depends on 'macro-f1', which is not measured. Measured: accuracy, loss.",
            ],
            Problems(LearningRate.WarmUp(3, LearningRate.ReduceOnPlateau(Metric.MacroF1))));
    }

    [Fact]
    public void Making_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>("afterEpochs", () => LearningRate.MultiStep(0.1, 3, 0));
        Assert.Throws<ArgumentException>("afterEpochs", () => LearningRate.MultiStep(0.1));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => LearningRate.MultiStep(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => LearningRate.Exponential(1.1));
        Assert.Throws<ArgumentOutOfRangeException>("power", () => LearningRate.Polynomial(0));
        Assert.Throws<ArgumentOutOfRangeException>("rise", () => LearningRate.OneCycle(rise: 1));
        Assert.Throws<ArgumentOutOfRangeException>("rise", () => LearningRate.OneCycle(rise: 0));
        Assert.Throws<ArgumentOutOfRangeException>("startDivisor", () => LearningRate.OneCycle(startDivisor: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>("endDivisor", () => LearningRate.OneCycle(endDivisor: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("lowMomentum", () => LearningRate.OneCycle(lowMomentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>("highMomentum", () => LearningRate.OneCycle(highMomentum: -1));
        Assert.Throws<ArgumentOutOfRangeException>("epochs", () => LearningRate.WarmUp(0, LearningRate.Constant));
        Assert.Throws<ArgumentNullException>("then", () => LearningRate.WarmUp(1, null!));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => LearningRate.ReduceOnPlateau(factor: 1));
        Assert.Throws<ArgumentOutOfRangeException>("patience", () => LearningRate.ReduceOnPlateau(patience: -1));
        Assert.Throws<ArgumentOutOfRangeException>("minimum", () => LearningRate.ReduceOnPlateau(minimum: 2));
    }

    private static void AssertEpochs(IReadOnlyList<double> expected, ILearningRateSchedule schedule) =>
        AssertSteps([.. expected.SelectMany(factor => Enumerable.Repeat(factor, Steps))], schedule);

    private static void AssertSteps(IReadOnlyList<double> expected, ILearningRateSchedule schedule)
    {
        double[] found = [.. AllSteps().Select(schedule.GetFactor)];
        Assert.Equal(Epochs * Steps, expected.Count);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private static IEnumerable<ScheduleContext> AllSteps() =>
        Enumerable.Range(0, Epochs * Steps).Select(step => At(step / Steps, Epochs, step % Steps, Steps));

    private static ScheduleContext At(int epochsDone, int epochs, int stepsDone, int stepsPerEpoch) => new()
    {
        Position = new TrainingPosition { Epoch = epochsDone + 1, Epochs = epochs, Step = stepsDone + 1, StepsPerEpoch = stepsPerEpoch },
    };

    /// <summary>torch.optim.lr_scheduler.ReduceLROnPlateau, step by step with its state.</summary>
    private sealed class TorchPlateau(bool rising, double factor, int patience, double threshold, int cooldown, double minimum)
    {
        private double _best = rising ? double.NegativeInfinity : double.PositiveInfinity;
        private int _bad;
        private int _cooldown;

        public double Rate { get; private set; } = 1;

        public void Step(double value)
        {
            if (rising ? value > _best * (1 + threshold) : value < _best * (1 - threshold))
            {
                _best = value;
                _bad = 0;
            }
            else
            {
                _bad++;
            }
            if (_cooldown > 0)
            {
                _cooldown--;
                _bad = 0;
            }
            if (_bad > patience)
            {
                Rate = Math.Max(Rate * factor, minimum);
                _cooldown = cooldown;
                _bad = 0;
            }
        }
    }
}
