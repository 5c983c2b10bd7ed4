using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The step of training: forward, loss, backward, and an update every so many batches, with the mean gradient of all their images.</summary>
/// <param name="context">The network, the optimizer and the loss.</param>
/// <param name="batches">The number of batches per update; at least 1.</param>
/// <param name="radius">The radius of sharpness-aware minimization; null without.</param>
internal sealed class TrainingStep(StepContext context, int batches, double? radius) : ITrainingStep
{
    private readonly SharpnessAwareness? _sharpness = radius is { } given ? new SharpnessAwareness(context, given) : null;
    private int _batches;
    private long _images;

    public BatchOutcome Run(Batch batch, TrainingPosition position)
    {
        if (_batches == 0)
            context.Optimizer.ZeroGradients();

        ForwardPass pass = context.Forward(batch, position);
        if (_sharpness is null)
            Backward(pass, batch.Count);
        else
            _sharpness.Backward(pass, () => Backward(context.Forward(batch, position), batch.Count));

        _images += batch.Count;
        if (++_batches == batches)
            Update(position);
        return pass.Outcome;
    }

    public void EpochEnded(TrainingPosition position)
    {
        if (_batches > 0)
            Update(position);
    }

    // The gradient of the sum over the images, so that batches of different sizes add up to an exact mean.
    private void Backward(ForwardPass pass, int images)
    {
        if (batches == 1)
        {
            pass.Loss.backward();
            return;
        }
        using Scalar count = (double)images;
        pass.Loss.mul(count).backward();
    }

    private void Update(TrainingPosition position)
    {
        if (batches > 1)
            context.Optimizer.ScaleGradients(1.0 / _images);
        context.UpdateWeights(position);
        (_batches, _images) = (0, 0);
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
