using TransferLearning.Imaging;
using TransferLearning.Predictions;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a model file is loaded: what the file cannot hold, and what the one who serves decides.</summary>
/// <remarks>A file names its decoder, reading and task by identifier. The built-in ones are always known; those of your own are supplied here.</remarks>
public sealed record PredictorOptions
{
    /// <summary>The network, where it is none of <see cref="Pretrained.Names"/>; its weights are taken from the file.</summary>
    /// <value>Null: the built-in network that the file names.</value>
    public PretrainedBackbone? Backbone { get; init; }

    /// <summary>Where to compute.</summary>
    /// <value>Null: the CPU.</value>
    public Device? Device { get; init; }

    /// <summary>
    /// The number format of the network's activations: answers are PyTorch's to their last digits in float32;
    /// <see cref="ComputePrecision.Auto"/> is faster where it can be.
    /// </summary>
    /// <value>Float32.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>The most pixels that an image may have, where that is fewer than the file allows; a server that takes images from strangers sets it.</summary>
    /// <value>Null: what the file says.</value>
    public long? MaximumPixels { get; init; }

    /// <summary>Decoders beside the built-in one.</summary>
    /// <value>None.</value>
    public IReadOnlyList<IImageDecoder> Decoders { get; init; } = [];

    /// <summary>Readings of outputs beside the built-in ones.</summary>
    /// <value>None.</value>
    public IReadOnlyList<OutputReading> Readings { get; init; } = [];

    /// <summary>Tasks beside the built-in ones; only <see cref="Predictor.Evaluate"/> needs the task.</summary>
    /// <value>None.</value>
    public IReadOnlyList<LearningTask> Tasks { get; init; } = [];
}
