namespace TransferLearning.Training;

// Techniques of training that are off by default, and limits. docs/training.md says when to use which.
public sealed partial record TrainerOptions
{
    private static readonly Func<StepContext, ITrainingStep> _builtInStep =
        context => new TrainingStep(context, context.Options.AccumulatedBatches, context.Options.SharpnessRadius);

    private readonly Func<StepContext, ITrainingStep>? _step;

    /// <summary>The number of batches whose gradients are accumulated for each update; the update uses their mean over all images.</summary>
    /// <value>At least 1; 1 by default. The last update of an epoch uses the batches that are left.</value>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>The radius rho of sharpness-aware minimization (Foret et al., 2021), which takes twice the time.</summary>
    /// <value>Above 0, 0.05 in the paper; null by default, which does without.</value>
    public double? SharpnessRadius { get; init; }

    /// <summary>Weight decay toward the pretrained weights (L2-SP; Li et al., 2018).</summary>
    /// <value>Null by default, which does without.</value>
    public StartingPointDecay? StartingPoint { get; init; }

    /// <summary>Interpolation between the weights before and after fine-tuning, at the end of the fit (WiSE-FT; Wortsman et al., 2022).</summary>
    /// <value>Null by default, which keeps the weights of the best epoch.</value>
    public WeightInterpolationOptions? Interpolation { get; init; }

    /// <summary>The time after which training ends, with the step at which it is over, and with a validation of its own.</summary>
    /// <value>Above 0; null by default. It counts from the start of the fit, with the loading of weights.</value>
    public TimeSpan? MaximumDuration { get; init; }

    /// <summary>The number of steps after which training ends, in all epochs together, with a validation of its own.</summary>
    /// <value>At least 1; null by default.</value>
    public int? MaximumSteps { get; init; }

    /// <summary>The clock of <see cref="MaximumDuration"/>.</summary>
    /// <value>The system's by default.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether <see cref="Step"/> was set.</summary>
    internal bool HasOwnStep => _step is not null;
}
