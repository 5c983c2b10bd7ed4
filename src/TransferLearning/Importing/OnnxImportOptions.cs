using TransferLearning.Importing;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>What an ONNX file does not say of its network.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>How the network wants its images, with mean and deviation in the order red, green, blue on the scale of 0 to 1.</summary>
    /// <remarks>A network that takes 0 to 255 less a mean: <see cref="ChannelStatistics.Of255"/>.</remarks>
    /// <value>
    /// Null: what the file says of itself (its fixed size; "Image.NominalPixelRange" in its metadata); otherwise as ImageNet's networks do.
    /// </value>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Whether the network takes blue, green, red, as those of OpenCV, Caffe and CNTK do. Images are still given as red, green, blue.</summary>
    /// <value>Null: what the file says ("Image.BitmapPixelFormat" in its metadata); otherwise false.</value>
    public bool? TakesBgr { get; init; }

    /// <summary>The value of the graph that is the network's output: logits, or features that a new head is put behind.</summary>
    /// <value>Null: the first output of the graph.</value>
    public string? Output { get; init; }

    /// <summary>Operators of your own; one that a built-in operator has the name of takes its place.</summary>
    /// <value>None besides the built-in ones.</value>
    public IReadOnlyList<IOnnxOperator> Operators { get; init; } = [];
}
