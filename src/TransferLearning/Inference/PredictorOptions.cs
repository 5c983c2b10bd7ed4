using TransferLearning.Imaging;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a model file is loaded: what the file cannot hold, and what the one who serves decides.</summary>
/// <remarks>A file names its decoder, reading and task by identifier. The built-in ones are always known; those of your own are supplied here.</remarks>
public sealed record PredictorOptions
{
    /// <summary>The network, if the file neither names one of <see cref="Pretrained.Names"/> nor carries it; its weights are loaded from the file.</summary>
    /// <value>Null: the network that the file carries, or the built-in one that it names.</value>
    public PretrainedBackbone? Backbone { get; init; }

    /// <summary>Forms of networks besides the built-in one, <see cref="OnnxNetworkFormat"/>, that model files carry.</summary>
    /// <value>None.</value>
    public IReadOnlyList<INetworkFormat> Networks { get; init; } = [];

    /// <summary>Where to compute.</summary>
    /// <value>Null: the CPU.</value>
    public Device? Device { get; init; }

    /// <summary>The dtype of the network's activations. With float32, predictions match PyTorch's to the last digits; <see cref="ComputePrecision.Auto"/> can
    /// be faster.</summary>
    /// <value>Float32.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>The views of an image that a prediction is averaged over.</summary>
    /// <value>Null: those that the file says, by default the image alone.</value>
    public TestTimeAugmentation? TestTimeAugmentation { get; init; }

    /// <summary>The maximum number of pixels of an image, if lower than in the file; set it in a server that accepts images from strangers.</summary>
    /// <value>Null: what the file says.</value>
    public long? MaximumPixels { get; init; }

    /// <summary>Decoders besides the built-in one.</summary>
    /// <value>None.</value>
    public IReadOnlyList<IImageDecoder> Decoders { get; init; } = [];

    /// <summary>Output readings besides the built-in ones.</summary>
    /// <value>None.</value>
    public IReadOnlyList<OutputReading> Readings { get; init; } = [];

    /// <summary>Tasks besides the built-in ones; only <see cref="Predictor.Evaluate"/> needs the task.</summary>
    /// <value>None.</value>
    public IReadOnlyList<LearningTask> Tasks { get; init; } = [];
}
