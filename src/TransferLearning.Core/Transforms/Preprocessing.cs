using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>The preprocessing of a network for validation and prediction: resize of the shorter side, center crop, normalization.</summary>
public sealed record Preprocessing
{
    /// <summary>The shorter side after the resize, in pixels.</summary>
    /// <value>256.</value>
    public int ResizeTo { get; init; } = 256;

    /// <summary>The side of the center square that the network sees, in pixels.</summary>
    /// <value>224.</value>
    public int CropTo { get; init; } = 224;

    /// <summary>The interpolation of the resize.</summary>
    /// <value>Bilinear.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The statistics that the pixels are normalized with.</summary>
    /// <value>ImageNet's.</value>
    public ChannelStatistics Statistics { get; init; } = ChannelStatistics.ImageNet;
}
