using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>What a training step has access to: the network, the optimizer and the loss. Owns nothing. Not thread-safe.</summary>
public sealed class StepContext
{
    private static readonly Scalar _one = 1;

    private readonly TrainingState _state;

    internal StepContext(TrainerOptions options, Backbone backbone, TrainingState state) => (Options, Backbone, _state) = (options, backbone, state);

    /// <summary>The network that is trained.</summary>
    public Backbone Backbone { get; }

    /// <summary>The optimizer, with the trainable parameters of the epoch.</summary>
    public Optimizer Optimizer => _state.Optimizer;

    /// <summary>The settings of the fit.</summary>
    internal TrainerOptions Options { get; }

    /// <summary>The base learning rate of a step, after the schedule.</summary>
    /// <param name="position">The step.</param>
    /// <returns>At least 0.</returns>
    public double GetLearningRate(TrainingPosition position) => _state.GetSchedule(position).LearningRate;

    /// <summary>Updates the trainable parameters from their gradients, with the learning rate and the momentum that the schedule gives a step.</summary>
    /// <param name="position">The step.</param>
    public void UpdateWeights(TrainingPosition position)
    {
        (double learningRate, double? momentum) = _state.GetSchedule(position);
        Optimizer.Step(learningRate, momentum);
    }

    /// <summary>Computes output and loss of a training batch; the random numbers of dropout depend on the position.</summary>
    /// <param name="batch">The images and their targets; borrowed.</param>
    /// <param name="position">The position in the fit.</param>
    /// <returns>The differentiable loss, with the penalty of <see cref="TrainerOptions.StartingPoint"/>, and the outcome for metrics, without it.</returns>
    /// <exception cref="TrainingDivergedException">The loss is infinite or NaN.</exception>
    public ForwardPass Forward(Batch batch, TrainingPosition position)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Backbone.SeedDropout(Options.Seed, position.Epoch - 1, position.Step - 1);
        ForwardPass pass = Compute(batch, output => output);
        return double.IsFinite(pass.Outcome.Loss)
            ? WithPenalty(pass)
            : throw TrainingDivergedException.InTraining(pass.Outcome.Loss, position.Epoch, position.Step, GetLearningRate(position));
    }

    /// <summary>Computes output and loss of a validation batch, at the temperature that the model predicts at.</summary>
    internal ForwardPass Evaluate(Batch batch, TrainingPosition position)
    {
        ForwardPass pass = Compute(batch, output => TemperatureScaling.Divided(output, Options.Reading));
        return double.IsFinite(pass.Outcome.Loss) ? pass : throw TrainingDivergedException.InValidation(pass.Outcome.Loss, position.Epoch);
    }

    private ForwardPass WithPenalty(ForwardPass pass) => _state.StartingPoint?.Penalty(Backbone) is { } penalty
        ? new ForwardPass { Loss = pass.Loss.add(penalty, _one), Outcome = pass.Outcome }
        : pass;

    private ForwardPass Compute(Batch batch, Func<Tensor, Tensor> read)
    {
        Tensor targets = batch.Targets.to(Options.Device);
        Tensor labels = ReferenceEquals(batch.Labels, batch.Targets) ? targets : batch.Labels.to(Options.Device);
        Tensor images = batch.Images.to(Options.Device);
        if (batch.FirstStage > 0 && !Backbone.HasLinearHead)
            images = images.clone(); // kept activations, which a head of one's own may change in place
        Tensor output = read(Backbone.Forward(images, batch.FirstStage)); // [N, outputs]
        Tensor loss = Options.Loss.Compute(new LossContext { Output = output, Targets = targets }) ?? throw ReturnedNull("loss", Options.Loss);
        BatchOutcome outcome = Options.Task.GetOutcome(output.detach(), labels, loss.item<float>(), batch.Count) ?? throw ReturnedNull("task", Options.Task);
        return new ForwardPass { Loss = loss, Outcome = outcome };
    }

    private static InvalidOperationException ReturnedNull(string part, object instance) => new($"The {part} {instance.GetType().Name} returned null.");
}

/// <summary>The result of a forward pass. Its tensors are disposed after the step.</summary>
public sealed class ForwardPass
{
    /// <summary>The mean loss over the batch, with penalties: float32 [], differentiable.</summary>
    public required Tensor Loss { get; init; }

    /// <summary>The output, the labels and the loss as a number, for metrics and observers.</summary>
    public required BatchOutcome Outcome { get; init; }
}
