using TorchSharp.Modules;
using TransferLearning.Optimization;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;
using OptimizerOptions = TransferLearning.Optimization.OptimizerOptions;

namespace TransferLearning.Tests.Optimization;

/// <summary>Runs an optimizer beside torch's own over the same parameters and gradients.</summary>
internal static class AgainstTorch
{
    public static void AssertSame(OptimizerOptions options, Func<IEnumerable<Parameter>, optim.Optimizer> reference)
    {
        using LooseParameters ours = LooseParameters.Mixed();
        using LooseParameters theirs = LooseParameters.Mixed();
        using Optimizer optimizer = options.Create();
        optimizer.SetGroups([ours.Group()]);
        using optim.Optimizer torchOptimizer = reference(theirs.All.Select(entry => entry.Parameter));

        for (int step = 0; step < 20; step++)
        {
            ours.FillGradients(step);
            theirs.FillGradients(step);
            optimizer.Step(options.LearningRate);
            torchOptimizer.step();
        }

        foreach ((string name, Parameter parameter) in ours.All)
        {
            using Tensor distance = (parameter - theirs[name]).abs().max();
            using Tensor start = FilledWeights.For(name, parameter.shape);
            using Tensor travelled = (parameter - start).abs().max();
            Assert.True(distance.item<float>() < 1e-6, $"{name} is {distance.item<float>()} away from torch's");
            Assert.True(travelled.item<float>() > 1e-3, $"{name} moved only by {travelled.item<float>()}");
        }
    }
}
