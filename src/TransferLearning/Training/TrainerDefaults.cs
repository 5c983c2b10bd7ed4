using TransferLearning.Optimization;
using TransferLearning.Published;

namespace TransferLearning.Training;

/// <summary>
/// The settings that the two kinds of transfer learning start from. docs/coming-from-pytorch.md holds the measurements
/// behind them.
/// </summary>
internal static class TrainerDefaults
{
    /// <summary>
    /// The head alone trains at first, for a random head would send large errors into good features (Kumar et al.,
    /// 2022); then everything, the backbone at a tenth of the head's rate. Clipped gradients keep networks with frozen
    /// batch norm from running away, as MobileNetV2 does without.
    /// </summary>
    public static TrainerOptions FineTuning(PretrainedBackbone backbone) => new()
    {
        Backbone = backbone,
        Data = null!, // the builder demands it before it builds
        Freeze = FreezePolicy.Backbone.ForEpochs(2),
        Optimizer = Optimizers.Sgd(learningRate: 1e-2, momentum: 0.9) with { MaxGradientNorm = 1 },
        Grouping = new ParameterGroupOptions { BackboneScale = 0.1 },
    };

    /// <summary>The head alone trains.</summary>
    public static TrainerOptions FeatureExtraction(PretrainedBackbone backbone) => new()
    {
        Backbone = backbone,
        Data = null!,
        Freeze = FreezePolicy.Backbone,
        Optimizer = Optimizers.AdamW(learningRate: 2e-3),
    };
}
