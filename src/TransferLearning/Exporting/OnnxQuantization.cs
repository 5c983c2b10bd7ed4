using System.Globalization;
using TransferLearning.Internal;

namespace TransferLearning;

/// <summary>How an export in <see cref="OnnxPrecision.Int8"/> finds scales, and what it leaves in float.</summary>
public sealed record OnnxQuantization
{
    /// <summary>How many of the calibration images are used at most, spread evenly over the source.</summary>
    /// <value>128.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int ImageCount { get; init => field = Require.AtLeast(1, value); } = 128;

    /// <summary>
    /// How many in a hundred of a layer's activations lie below the upper end of its range, and as many above the lower end; what lies beyond is
    /// clamped. 100 takes the smallest and the largest activation.
    /// </summary>
    /// <value>99.999.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 90, or above 100.</exception>
    public double Percentile { get; init => field = Require.Between(90, 100, value); } = 99.999;

    /// <summary>
    /// Whether weights take 7 bits, for x86 processors without VNNI instructions, such as Intel's before Cascade Lake and AMD's before Zen 4: there, the sum
    /// of two products can overflow 16 bits.
    /// </summary>
    /// <value>False.</value>
    public bool ReducedRange { get; init; }

    /// <summary>Whether the head's weights take 8 bits, too: worth it where there are many outputs.</summary>
    /// <value>False.</value>
    public bool QuantizeHead { get; init; }

    /// <summary>
    /// The error of the outputs on 16 of the calibration images, relative to their size (Euclidean norms over all outputs), beyond which the most
    /// sensitive layers are left in float.
    /// </summary>
    /// <value>0.1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double LargestError { get; init => field = Require.AboveZero(value); } = 0.1;

    /// <summary>How many layers are left in float at most; where the error stays above the bound even so, the result tells it.</summary>
    /// <value>5.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public int MostFloatLayers { get; init => field = Require.AtLeast(0, value); } = 5;
}

/// <summary>What an export in <see cref="OnnxPrecision.Int8"/> found.</summary>
/// <param name="Images">The number of calibration images that were used.</param>
/// <param name="Layers">The number of layers with weights in 8 bits.</param>
/// <param name="OutputError">The error of the outputs on calibration images, relative to their size, by simulation.</param>
/// <param name="FloatLayers">The layers that were left in float because they are sensitive, the most sensitive first.</param>
public sealed record OnnxQuantizationReport(int Images, int Layers, double OutputError, IReadOnlyList<string> FloatLayers)
{
    /// <summary>Such as "52 layers in int8 by 128 images, error 0.083, in float: features.0.0".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => PrintableText.Of(string.Create(
        CultureInfo.InvariantCulture, $"{Layers} layers in int8 by {Images} images, error {OutputError:0.000}")
        + (FloatLayers.Count > 0 ? $", in float: {string.Join(", ", FloatLayers)}" : ""));
}
