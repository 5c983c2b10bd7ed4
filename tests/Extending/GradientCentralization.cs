using TorchSharp.Modules;
using TransferLearning.Batching;
using TransferLearning.Metrics;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Gradient centralization (Yong et al., 2020): before each update, the mean over its inputs is subtracted from the gradient of each output's weights.
/// </summary>
public sealed class GradientCentralization(StepContext context) : ITrainingStep
{
    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        context.Optimizer.ZeroGradients();
        ForwardPass pass = context.Forward(batch, position);
        pass.Loss.backward();

        using (no_grad())
        {
            foreach (Parameter parameter in context.Backbone.Network.parameters())
            {
                if (parameter.dim() > 1 && parameter.grad is { } gradient)
                    gradient.sub_(gradient.flatten(1).mean([1]).reshape([-1, .. Enumerable.Repeat(1L, (int)gradient.dim() - 1)]));
            }
        }

        context.UpdateWeights(position); // with the learning rate, and the momentum, of the schedule
        return pass.Outcome;
    }
}
