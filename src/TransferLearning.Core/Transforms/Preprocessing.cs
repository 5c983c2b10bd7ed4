using TransferLearning.Imaging;
using TransferLearning.Internal;

namespace TransferLearning.Transforms;

/// <summary>The preprocessing of a network for validation and prediction: resize of the shorter side, center crop, normalization.</summary>
public sealed record Preprocessing
{
    /// <summary>The largest side in pixels: three times that of any published network; a batch of 16 such images takes 0.8 GB before the first layer.</summary>
    internal const int LargestSide = 2048;

    /// <summary>The shorter side after the resize, in pixels.</summary>
    /// <value>1 to 2048; 256 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 1 to 2048.</exception>
    public int ResizeTo { get; init => field = (int)Require.Between(1, LargestSide, value); } = 256;

    /// <summary>The side of the center square that the network sees, in pixels.</summary>
    /// <value>1 to 2048; 224 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 1 to 2048.</exception>
    public int CropTo { get; init => field = (int)Require.Between(1, LargestSide, value); } = 224;

    /// <summary>The interpolation of the resize.</summary>
    /// <value>Bilinear.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The statistics that the pixels are normalized with.</summary>
    /// <value>ImageNet's.</value>
    public ChannelStatistics Statistics { get; init; } = ChannelStatistics.ImageNet;
}
