using TransferLearning.Batching;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The step of validation: forward and loss, without gradients.</summary>
/// <param name="context">Network and loss.</param>
internal sealed class EvaluationStep(StepContext context) : ITrainingStep
{
    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        using IDisposable noGradient = no_grad();
        return context.Evaluate(batch, position).Outcome;
    }
}
