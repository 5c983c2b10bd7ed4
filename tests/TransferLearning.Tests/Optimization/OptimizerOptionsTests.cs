using TransferLearning.Optimization;

namespace TransferLearning.Tests.Optimization;

public sealed class OptimizerOptionsTests
{
    [Fact]
    public void FrontDoor_WithoutArguments_GivesTheRecordsDefaults()
    {
        Assert.Equal(new SgdOptions(), Optimizers.Sgd());
        Assert.Equal(new AdamWOptions(), Optimizers.AdamW());
    }

    [Fact]
    public void FrontDoor_WithArguments_PassesEachOn()
    {
        Assert.Equal(
            new SgdOptions { LearningRate = 0.2, Momentum = 0.3, WeightDecay = 0.4, Nesterov = true },
            Optimizers.Sgd(0.2, 0.3, 0.4, nesterov: true));
        Assert.Equal(new AdamWOptions { LearningRate = 0.2, WeightDecay = 0.3 }, Optimizers.AdamW(0.2, 0.3));
    }

    [Fact]
    public void Options_OutOfRange_NameTheSettingTheValueAndTheRange()
    {
        AssertRefused("LearningRate is 0; it must be a finite number above 0.", () => Optimizers.Sgd(learningRate: 0));
        AssertRefused("LearningRate is NaN; it must be a finite number above 0.", () => Optimizers.AdamW(learningRate: double.NaN));
        AssertRefused("Momentum is 1; it must be at least 0 and below 1.", () => Optimizers.Sgd(momentum: 1));
        AssertRefused("WeightDecay is -0.1; it must be a finite number of at least 0.", () => Optimizers.AdamW(weightDecay: -0.1));
        AssertRefused("MaxGradientNorm is 0; it must be a finite number above 0.", () => new SgdOptions { MaxGradientNorm = 0 });
        AssertRefused("Beta1 is 1; it must be at least 0 and below 1.", () => new AdamWOptions { Beta1 = 1 });
        AssertRefused("Beta2 is -1; it must be at least 0 and below 1.", () => new AdamWOptions { Beta2 = -1 });
        AssertRefused("Epsilon is 0; it must be a finite number above 0.", () => new AdamWOptions { Epsilon = 0 });
        AssertRefused("LayerDecay is 0; it must be a finite number above 0.", () => new ParameterGroupOptions { LayerDecay = 0 });
        AssertRefused("BackboneScale is -1; it must be a finite number of at least 0.", () => new ParameterGroupOptions { BackboneScale = -1 });
        AssertRefused("LearningRateScale is -1; it must be a finite number of at least 0.", () => new ParameterGroup("g", []) { LearningRateScale = -1 });
        AssertRefused("WeightDecay is -1; it must be a finite number of at least 0.", () => new ParameterGroup("g", []) { WeightDecay = -1 });
    }

    private static void AssertRefused(string message, Func<object> make) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message);
}
