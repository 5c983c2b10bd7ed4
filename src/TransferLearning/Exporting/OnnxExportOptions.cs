using TransferLearning.Data;
using TransferLearning.Exporting;
using TransferLearning.Internal;
using TransferLearning.Networks.Graph;
using TransferLearning.Predictions;

namespace TransferLearning;

/// <summary>What an exported file takes, gives and computes in, and how it is verified.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>What the file takes.</summary>
    /// <value>Images: pixels of any size, with the preprocessing inside the graph.</value>
    public OnnxInput Input { get; init => field = Require.Defined(value); } = OnnxInput.Images;

    /// <summary>What the file gives.</summary>
    /// <value>The task's own reading: probabilities of classes, or values.</value>
    public OnnxOutput Output { get; init => field = Require.Defined(value); } = OnnxOutput.Reading;

    /// <summary>The number format of weights and activations.</summary>
    /// <value>Float32.</value>
    public OnnxPrecision Precision { get; init => field = Require.Defined(value); } = OnnxPrecision.Float32;

    /// <summary>Images that <see cref="OnnxPrecision.Int8"/> measures the ranges of activations on: training images. Their labels are not used.</summary>
    /// <value>Null; int8 cannot do without.</value>
    public IDatasetSource? CalibrationImages { get; init; }

    /// <summary>How <see cref="OnnxPrecision.Int8"/> finds scales, and what it leaves in float.</summary>
    /// <value>The defaults of <see cref="OnnxQuantization"/>.</value>
    public OnnxQuantization Quantization { get; init => field = Require.NotNull(value); } = new();

    /// <summary>Whether batch norms are worked into the convolutions before them. ONNX Runtime does so itself; training the file further needs them.</summary>
    /// <value>False; float16 and int8 always fold.</value>
    public bool FoldBatchNorms { get; init; }

    /// <summary>Whether a file that takes tensors leaves their height and width open, as far as the network takes other sizes.</summary>
    /// <value>False: the side that the preprocessing gives. With <see cref="OnnxInput.Images"/> the preprocessing fixes it.</value>
    public bool DynamicSize { get; init; }

    /// <summary>Whether "features" is a second output: what the head takes, pooled if it takes maps, float32 [N, features].</summary>
    /// <value>False.</value>
    public bool IncludeFeatures { get; init; }

    /// <summary>How operations are written that the library does not know, or otherwise than it does, by <see cref="GraphOperation.Name"/>.</summary>
    /// <value>None besides the built-in ones.</value>
    public IReadOnlyDictionary<string, OnnxOperatorMapping> Operators { get; init => field = Require.NotNull(value); } =
        new Dictionary<string, OnnxOperatorMapping>();

    /// <summary>How readings of your own are written, by <see cref="OutputReading.Identifier"/>.</summary>
    /// <value>None besides the built-in ones.</value>
    public IReadOnlyDictionary<string, OnnxReadingMapping> Readings { get; init => field = Require.NotNull(value); } =
        new Dictionary<string, OnnxReadingMapping>();

    /// <summary>Runs the file on <see cref="VerificationImages"/>, to compare it with the model.</summary>
    /// <value>Null: the file is not verified.</value>
    public IOnnxVerifier? Verifier { get; init; }

    /// <summary>Images that the file is verified on; their labels are not used.</summary>
    /// <value>Null: the file is not verified.</value>
    public IDatasetSource? VerificationImages { get; init; }

    /// <summary>Whether a file that cannot be verified, for want of a verifier or of images, is an error.</summary>
    /// <value>False: the result says so.</value>
    public bool RequireVerification { get; init; }

    /// <summary>By how much a probability may differ from the model's, or a value relative to its size where that is above 1.</summary>
    /// <value>Null: 0.01 in float32, 0.05 in float16; in int8 none where labels can agree, else 0.25.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or above 1.</exception>
    public double? LargestDifference { get; init => field = value is { } bound ? Require.AboveZeroUpTo(1, bound) : null; }

    /// <summary>The share of verification images that must keep the model's most probable class, 0 to 1, where there are classes.</summary>
    /// <value>Null: 0.95 in int8, else no bound.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or above 1.</exception>
    public double? LeastLabelAgreement { get; init => field = value is { } bound ? Require.AboveZeroUpTo(1, bound) : null; }
}

/// <summary>What an exported file takes.</summary>
public enum OnnxInput
{
    /// <summary>"images": pixels, uint8 [N, H, W, 3], red, green and blue, upright, of any size; resize, crop and normalization are nodes.</summary>
    Images,

    /// <summary>"tensor": normalized images, float32 [N, channels, H, W].</summary>
    Tensor,
}

/// <summary>What an exported file gives.</summary>
public enum OnnxOutput
{
    /// <summary>"probabilities" or "values", as the task reads them, calibrated where the model is: float32 [N, names].</summary>
    Reading,

    /// <summary>"logits": what the network gives, float32 [N, outputs]. A temperature is in the metadata alone.</summary>
    Logits,
}

/// <summary>The number format of an exported file.</summary>
public enum OnnxPrecision
{
    /// <summary>Weights and activations in float32.</summary>
    Float32,

    /// <summary>
    /// Weights and activations in float16, half the size. Inputs, preprocessing, head and outputs are float32, as are statistics of layer norms, batch
    /// norms that no convolution precedes, and attention by cosine.
    /// </summary>
    Float16,

    /// <summary>
    /// Weights of convolutions and linear layers in 8 bits, a quarter of the size, and activations between them: static quantization after training, by
    /// ranges measured on <see cref="OnnxExportOptions.CalibrationImages"/>. Inputs, preprocessing, head and outputs are float32, as is what has no
    /// form in 8 bits, such as attention, and what would cost accuracy (<see cref="OnnxQuantization"/>).
    /// </summary>
    Int8,
}
