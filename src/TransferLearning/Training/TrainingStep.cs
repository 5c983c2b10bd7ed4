using TransferLearning.Batching;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>The step of training: forward, loss, backward, update.</summary>
/// <param name="context">Network, optimizer and loss.</param>
internal sealed class TrainingStep(StepContext context) : ITrainingStep
{
    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        ForwardPass pass = context.Forward(batch, position);

        context.Optimizer.ZeroGradients();
        pass.Loss.backward();
        context.Optimizer.Step(context.LearningRateAt(position));
        return pass.Outcome;
    }
}
