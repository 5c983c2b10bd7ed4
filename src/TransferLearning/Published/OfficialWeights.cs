namespace TransferLearning.Published;

/// <summary>Which of a network's published ImageNet weights to start from.</summary>
public enum OfficialWeights
{
    /// <summary>The publisher's choice: the most accurate on ImageNet.</summary>
    Default,

    /// <summary>The first published: for torchvision's networks, trained by the papers' recipes.</summary>
    ImageNet1KV1,

    /// <summary>Trained again by torchvision's longer recipe: more accurate on ImageNet.</summary>
    ImageNet1KV2,

    /// <summary>
    /// Trained on billions of images with hashtags, then all of it on ImageNet, at a higher resolution (M. Singh et al., "Revisiting Weakly
    /// Supervised Pre-Training of Visual Perception Models", CVPR 2022). Its license is CC-BY-NC 4.0.
    /// </summary>
    ImageNet1KSwagE2EV1,

    /// <summary>
    /// Trained on billions of images with hashtags, then only its head on ImageNet; see <see cref="ImageNet1KSwagE2EV1"/>. Its license is CC-BY-NC 4.0.
    /// </summary>
    ImageNet1KSwagLinearV1,

    /// <summary>VGG-16's convolutions as converted from Caffe; the classifier is NaN, so only the features of the convolutions are usable.</summary>
    ImageNet1KFeatures,
}
