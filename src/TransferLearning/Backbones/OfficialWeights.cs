namespace TransferLearning.Backbones;

/// <summary>Which of a network's published ImageNet weights to start from.</summary>
public enum OfficialWeights
{
    /// <summary>The publisher's choice: the most accurate on ImageNet.</summary>
    Default,

    /// <summary>The first published: for torchvision's networks, trained by the papers' recipes.</summary>
    ImageNet1KV1,

    /// <summary>Trained again by torchvision's longer recipe: more accurate on ImageNet.</summary>
    ImageNet1KV2,
}
