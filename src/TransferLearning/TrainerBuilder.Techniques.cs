using TransferLearning.Training;

namespace TransferLearning;

// Techniques of training that are off by default, and limits. docs/training.md says when to use which.
public sealed partial class TrainerBuilder
{
    /// <summary>Updates the parameters once for several batches, with the mean gradient of all their images: the effect of larger batches in less memory.
    /// </summary>
    /// <param name="batches">The number of batches per update; at least 1.</param>
    public TrainerBuilder AccumulateGradients(int batches) => Set(_options with { AccumulatedBatches = batches });

    /// <summary>Sharpness-aware minimization (Foret et al., 2021): flatter minima, which often generalize better, in twice the time.</summary>
    /// <param name="radius">The radius rho; above 0.</param>
    public TrainerBuilder MinimizeSharpness(double radius = 0.05) => Set(_options with { SharpnessRadius = radius });

    /// <summary>Weight decay toward the pretrained weights instead of toward 0: L2-SP (Li et al., 2018), for data that resemble those of the pretraining.
    /// </summary>
    /// <param name="strength">The strength for the backbone; at least 0.</param>
    /// <param name="headStrength">The strength for the head: toward 0, or toward the solved head if there is one; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public TrainerBuilder DecayTowardStart(double strength = 0.01, double headStrength = 0.01) =>
        Set(_options with { StartingPoint = new StartingPointDecay { Strength = strength, HeadStrength = headStrength } });

    /// <summary>Validates, keeps and saves an exponential moving average of the weights, with a warm-up, see <see cref="MovingAverage"/>.</summary>
    /// <param name="decay">The decay that the warm-up approaches; at least 0 and below 1. 0.99 averages over the last 100 updates or so.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is out of its range.</exception>
    public TrainerBuilder AverageWeights(double decay = 0.99)
    {
        new MovingAverage(decay).Dispose(); // which checks it here rather than in the fit
        return EvaluateWith(() => new MovingAverage(decay));
    }

    /// <summary>At the end, interpolates between the weights before and after fine-tuning, with the factor that is best on validation: WiSE-FT (Wortsman et
    /// al., 2022). The head must have been trained before the backbone, as it is by default.</summary>
    /// <param name="interpolation">The factors to try; 0, 0.1 and so on to 1 by default.</param>
    public TrainerBuilder InterpolateWeights(WeightInterpolationOptions? interpolation = null) =>
        Set(_options with { Interpolation = interpolation ?? new WeightInterpolationOptions() });

    /// <summary>Discriminative learning rates (Howard and Ruder, 2018): lower ones for stages further from the head. Sets
    /// <see cref="GroupParameters"/>.</summary>
    /// <param name="layerDecay">The factor from each stage to the stage before it, starting at the last stage before the head; above 0.</param>
    /// <param name="backboneScale">The factor on the learning rate of the last stage before the head; null keeps it: 0.1 for fine-tuning.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public TrainerBuilder DiscriminativeRates(double layerDecay, double? backboneScale = null) =>
        GroupParameters(_options.Grouping with { LayerDecay = layerDecay, BackboneScale = backboneScale ?? _options.Grouping.BackboneScale });

    /// <summary>Learning rates by stage. Sets <see cref="GroupParameters"/>.</summary>
    /// <param name="scales">The name of a stage, such as "layer4", and the factor on its learning rate, at least 0; the other stages keep theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is out of its range.</exception>
    /// <exception cref="ArgumentException">A stage is named twice.</exception>
    public TrainerBuilder DiscriminativeRates(params IEnumerable<(string Stage, double Scale)> scales)
    {
        ArgumentNullException.ThrowIfNull(scales);
        Dictionary<string, double> byStage = scales.ToDictionary(entry => entry.Stage, entry => entry.Scale, StringComparer.Ordinal);
        return GroupParameters(_options.Grouping with { StageScales = byStage });
    }

    /// <summary>Ends training after a time, with the step at which it is over, and with a validation of its own, so that the result can be used. A head
    /// that takes longer to solve is finished, and no epoch follows.</summary>
    /// <param name="duration">The time from the start of the fit; above 0.</param>
    public TrainerBuilder StopAfter(TimeSpan duration) => Set(_options with { MaximumDuration = duration }, $"{nameof(StopAfter)}(duration)");

    /// <summary>Ends training after a number of steps, with a validation of its own: to try out whether all fits together.</summary>
    /// <param name="steps">The number of steps in all epochs together; at least 1.</param>
    public TrainerBuilder StopAfter(int steps) => Set(_options with { MaximumSteps = steps }, $"{nameof(StopAfter)}(steps)");
}
