using Microsoft.ML.OnnxRuntime;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Predictions;
using ModelMetadata = TransferLearning.Models.ModelMetadata;

namespace TransferLearning;

/// <summary>How an ONNX file is loaded: what the file cannot hold, and what the one who serves decides.</summary>
public sealed record OnnxPredictorOptions
{
    /// <summary>What the model is, for a file that this library did not write: the names of its classes, the preprocessing and the reading.</summary>
    /// <value>Null: what the file says of itself.</value>
    public ModelMetadata? Metadata { get; init; }

    /// <summary>Whether the output is logits, of which the reading makes probabilities or values; false if the file holds the reading.</summary>
    /// <value>Null: what the file says; true where it says nothing.</value>
    public bool? GivesLogits { get; init; }

    /// <summary>The name of the output to predict from.</summary>
    /// <value>Null: the first one.</value>
    public string? Output { get; init; }

    /// <summary>The threads that compute an image; 1 gives the highest throughput where many requests are served at once.</summary>
    /// <value>Null: ONNX Runtime's choice, one per core.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Threads { get; init => field = value is { } count ? Require.AtLeast(1, count) : null; }

    /// <summary>Changes the session's options before the file is opened, to add execution providers for example.</summary>
    /// <value>Null: the CPU, all graph optimizations.</value>
    public Action<SessionOptions>? Configure { get; init; }

    /// <summary>Whether the file predicts a drawn image when it is loaded, so that the first prediction that matters is fast, and a file that cannot predict
    /// is refused at once.</summary>
    /// <value>True.</value>
    public bool WarmUp { get; init; } = true;

    /// <summary>The maximum number of pixels of an image, if lower than in the file; set it in a server that accepts images from strangers.</summary>
    /// <value>Null: what the file says.</value>
    public long? MaximumPixels { get; init; }

    /// <summary>Whether images are turned upright as their EXIF orientation says; set it where photographs come straight from cameras.</summary>
    /// <value>Null: as in training.</value>
    public bool? ApplyExifOrientation { get; init; }

    /// <summary>Decoders besides the built-in one.</summary>
    /// <value>None.</value>
    public IReadOnlyList<IImageDecoder> Decoders { get; init => field = Require.NotNull(value); } = [];

    /// <summary>Output readings besides the built-in ones.</summary>
    /// <value>None.</value>
    public IReadOnlyList<OutputReading> Readings { get; init => field = Require.NotNull(value); } = [];
}
