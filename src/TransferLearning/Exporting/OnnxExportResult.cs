using System.Globalization;
using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning;

/// <summary>What an export wrote.</summary>
public sealed record OnnxExportResult
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The bytes of all weights and constants.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The number format of weights and activations.</summary>
    public required OnnxPrecision Precision { get; init; }

    /// <summary>How the file compares with the model on images.</summary>
    /// <value>Null: it was not verified.</value>
    public OnnxVerification? Verification { get; init; }

    /// <summary>What was found on calibration images.</summary>
    /// <value>Null in other precisions than <see cref="OnnxPrecision.Int8"/>.</value>
    public OnnxQuantizationReport? Quantization { get; init; }

    /// <summary>Whether the file was run, and gives what the model gives.</summary>
    public bool Verified => Verification is not null;

    /// <summary>Such as "model.onnx: 13.5 MB in float32; verified on 153 images: largest difference 0.0021, labels agree on 100.0 %".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => PrintableText.Of(string.Create(
        CultureInfo.InvariantCulture,
        $"{System.IO.Path.GetFileName(Path)}: {WeightBytes / 1e6:0.0} MB in {Precision.ToString().ToLowerInvariant()}; ")
        + (Quantization is null ? "" : $"{Quantization}; ") + (Verification?.ToString() ?? "not verified"));
}

/// <summary>How an exported file compares with the model.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="LargestDifference">The largest difference of a probability, or of a value relative to its size where that is above 1.</param>
/// <param name="LabelAgreement">The share of images with the same most probable class, 0 to 1; null where there are no classes.</param>
public sealed record OnnxVerification(int Images, double LargestDifference, double? LabelAgreement)
{
    /// <summary>How many images the file gets right by their own labels.</summary>
    /// <value>Null where the images' classes are not the model's, or an image has no single class.</value>
    public int? Right { get; init; }

    /// <summary>How long an image takes the verifier from its input to its output, by as many threads as it takes: the median, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The share of images that the file gets right, 0 to 1; null as for <see cref="Right"/>.</summary>
    public double? Accuracy => (double?)Right / Images;

    /// <summary>Where the accuracy on all such images lies; null as for <see cref="Right"/>.</summary>
    public WilsonInterval? AccuracyInterval => Right is { } right ? new WilsonInterval(right, Images) : null;

    /// <summary>Such as "verified on 153 images: largest difference 0.0021, labels agree on 100.0 %".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"verified on {Images} images: largest difference {LargestDifference:G2}")
        + (LabelAgreement is { } share ? string.Create(CultureInfo.InvariantCulture, $", labels agree on {100 * share:0.0} %") : "");
}
