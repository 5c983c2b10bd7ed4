using TransferLearning.Optimization;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

public sealed class SgdOptimizerTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 0.1, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 0.1, false)]
    [InlineData(0.9, 0.1, true)]
    public void Step_TwentyTimes_EqualsTorch(double momentum, double weightDecay, bool nesterov) => AgainstTorch.AssertSame(
        new SgdOptions { LearningRate = 0.05, Momentum = momentum, WeightDecay = weightDecay, Nesterov = nesterov },
        parameters => optim.SGD(parameters, 0.05, momentum, weight_decay: weightDecay, nesterov: nesterov));

    [Fact]
    public void Step_WithMomentumAndDecay_FollowsTheFormula()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = new SgdOptions { Momentum = 0.5, WeightDecay = 0.1 }.Create();
        optimizer.SetGroups([parameters.Group()]);

        parameters.SetGradient(2);
        optimizer.Step(0.1);                            // g = 2 + 0.1 = 2.1, v = 2.1
        Assert.Equal(0.79f, parameters.Value, 1e-6f);   // 1 - 0.21

        parameters.SetGradient(1);
        optimizer.Step(0.1);                            // g = 1 + 0.079 = 1.079, v = 1.05 + 1.079 = 2.129
        Assert.Equal(0.5771f, parameters.Value, 1e-6f); // 0.79 - 0.2129
    }

    [Fact]
    public void Step_WithNesterov_LooksAhead()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = new SgdOptions { Momentum = 0.5, Nesterov = true }.Create();
        optimizer.SetGroups([parameters.Group()]);
        parameters.SetGradient(2);

        optimizer.Step(0.1);

        Assert.Equal(0.7f, parameters.Value, 1e-6f); // 1 - 0.1 (2 + 0.5 * 2)
    }

    [Fact]
    public void State_WithoutMomentum_IsEmpty()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd(momentum: 0).Create();
        optimizer.SetGroups([parameters.Group()]);

        Assert.Empty(optimizer.GetState());
    }
}
