using TransferLearning.Batching;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The step of training: forward, loss, backward, update.</summary>
internal sealed class TrainingStep(StepContext context) : ITrainingStep
{
    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        ForwardPass pass = context.Forward(batch, position);

        context.Optimizer.ZeroGradients();
        pass.Loss.backward();
        context.Optimizer.Step(context.GetLearningRate(position));
        return pass.Outcome;
    }
}

/// <summary>The step of validation: forward and loss, without gradients.</summary>
internal sealed class EvaluationStep(StepContext context) : ITrainingStep
{
    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        using IDisposable noGradient = no_grad();
        return context.Evaluate(batch, position).Outcome;
    }
}
