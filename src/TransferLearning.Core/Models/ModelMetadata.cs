using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Models;

/// <summary>The metadata of a model file: everything needed for prediction, and the origin of the weights. Immutable.</summary>
public sealed record ModelMetadata
{
    /// <summary>The network's name, such as "resnet18".</summary>
    public required string Backbone { get; init; }

    /// <summary>What the network can be built from, if it is not built in: the name of a form, and the network in it.</summary>
    /// <value>Null for a built-in network, and for one that whoever loads the file supplies.</value>
    public ModelPart? Network { get; init; }

    /// <summary>The names of the classes, or of the values, in the order in which the outputs are read.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How images are prepared.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>How images are decoded.</summary>
    /// <value>By SkiaSharp's decoder, with the default limits.</value>
    public ImageReading Images { get; init; } = new ImageReader(new SkiaImageDecoder()).Reading;

    /// <summary>What was learned.</summary>
    /// <value>Classification.</value>
    public ModelPart Task { get; init; } = new("classification");

    /// <summary>How outputs become predictions.</summary>
    /// <value>By their softmax.</value>
    public ModelPart Reading { get; init; } = new("softmax");

    /// <summary>The views of an image that a prediction is averaged over.</summary>
    /// <value>The image alone.</value>
    public TestTimeAugmentation TestTimeAugmentation { get; init; } = TestTimeAugmentation.None;

    /// <summary>The members, if the model is an ensemble of several.</summary>
    /// <value>Null for a single model.</value>
    public EnsembleMembers? Ensemble { get; init; }

    /// <summary>How the head was solved: the solver, and what it chose.</summary>
    /// <value>Null if the head was trained in epochs.</value>
    public ModelPart? Head { get; init; }

    /// <summary>What was measured on the validation images with these weights, by metric name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The epoch that the weights are of, from 1; 0 if the head was solved, or they were not trained by this library.</summary>
    public int Epoch { get; init; }

    /// <summary>The seed of the fit.</summary>
    public long Seed { get; init; }

    /// <summary>The dtype of the network's activations during training.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>
    /// The threads that torch computed with in that epoch: with the seed and the precision, what the weights' last
    /// digits depend on; 0 if they were not trained by this library.
    /// </summary>
    public int TorchThreads { get; init; }

    /// <summary>The library's version that wrote the file.</summary>
    public string LibraryVersion { get; init; } = typeof(ModelMetadata).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    /// <summary>The version of TorchSharp that computed the weights.</summary>
    public string TorchSharpVersion { get; init; } = "unknown";
}
