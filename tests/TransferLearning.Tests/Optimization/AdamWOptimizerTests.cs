using TransferLearning.Optimization;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

public sealed class AdamWOptimizerTests
{
    [Theory]
    [InlineData(0, 0.9, 0.999, 1e-8)]
    [InlineData(0.1, 0.9, 0.999, 1e-8)]
    [InlineData(0.1, 0.8, 0.95, 1e-3)]
    public void Step_TwentyTimes_EqualsTorch(double weightDecay, double beta1, double beta2, double epsilon) => AgainstTorch.AssertSame(
        new AdamWOptions { LearningRate = 0.01, WeightDecay = weightDecay, Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon },
        parameters => optim.AdamW(parameters, 0.01, beta1, beta2, epsilon, weightDecay));

    [Fact]
    public void Step_Twice_FollowsTheFormula()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = new AdamWOptions { Beta1 = 0.5, Beta2 = 0.5, WeightDecay = 0.5 }.Create();
        optimizer.SetGroups([parameters.Group()]);

        parameters.SetGradient(2);
        optimizer.Step(0.1);                             // corrected: m = 2, v = 4, so the step is 1 rate
        Assert.Equal(0.85f, parameters.Value, 1e-6f);    // 1 * 0.95 - 0.1

        parameters.SetGradient(-1);
        optimizer.Step(0.1);                             // m = 0.5 * 1 - 0.5 = 0, so only the decay acts
        Assert.Equal(0.8075f, parameters.Value, 1e-6f);  // 0.85 * 0.95
    }

    [Fact]
    public void Step_ParameterThatJoinsLate_HasItsOwnBiasCorrection()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = new AdamWOptions { WeightDecay = 0 }.Create();
        optimizer.SetGroups([parameters.Group("fc.weight")]);
        parameters.FillGradients(0);
        optimizer.Step(0.1);
        optimizer.Step(0.1);
        float before = parameters["scale"].item<float>();

        optimizer.SetGroups([parameters.Group("fc.weight", "scale")]);
        optimizer.Step(0.1);

        // The first step of Adam is the rate, whatever the gradient's size.
        Assert.Equal(0.1f, Math.Abs(parameters["scale"].item<float>() - before), 1e-5f);
        Assert.Equal([("steps/fc.weight", 3L), ("steps/scale", 1L)], optimizer.GetState()
            .Where(entry => entry.Name.StartsWith("steps/")).Select(entry => (entry.Name, entry.Value.item<long>())));
    }
}
