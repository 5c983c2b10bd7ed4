using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Metrics;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Updates the parameters once for every few batches, by the mean of their gradients: a larger batch in the memory of a small one.</summary>
public sealed class GradientAccumulation(StepContext context, int batches) : ITrainingStep
{
    private readonly Scalar _share = 1.0 / batches;

    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        int number = (position.Step - 1) % batches;
        if (number == 0)
            context.Optimizer.ZeroGradients();

        ForwardPass pass = context.Forward(batch, position);
        using Tensor shared = pass.Loss.mul(_share);
        shared.backward(); // adds to the gradients that are there

        if (number == batches - 1 || position.Step == position.StepsPerEpoch)
            context.Optimizer.Step(context.GetLearningRate(position));
        return pass.Outcome;
    }
}
