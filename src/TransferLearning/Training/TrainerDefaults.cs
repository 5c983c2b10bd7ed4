using TransferLearning.Optimization;
using TransferLearning.Published;

namespace TransferLearning.Training;

/// <summary>
/// The default settings of fine-tuning and feature extraction. docs/coming-from-pytorch.md has the measurements behind
/// them.
/// </summary>
internal static class TrainerDefaults
{
    /// <summary>
    /// First only the head is trained, because the large gradients of a random head would distort pretrained features (Kumar
    /// et al., 2022); then all layers, the backbone with a tenth of the head's learning rate. Without gradient clipping,
    /// networks with frozen batch norm, such as MobileNetV2, diverge.
    /// </summary>
    public static TrainerOptions FineTuning(PretrainedBackbone backbone) => new()
    {
        Backbone = backbone,
        Data = null!, // checked by the builder
        Freeze = FreezePolicy.Backbone.ForEpochs(2),
        Optimizer = Optimizers.Sgd(learningRate: 1e-2, momentum: 0.9) with { MaxGradientNorm = 1 },
        Grouping = new ParameterGroupOptions { BackboneScale = 0.1 },
    };

    /// <summary>Only the head is trained.</summary>
    public static TrainerOptions FeatureExtraction(PretrainedBackbone backbone) => new()
    {
        Backbone = backbone,
        Data = null!,
        Freeze = FreezePolicy.Backbone,
        Optimizer = Optimizers.AdamW(learningRate: 2e-3),
    };
}
