using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>How the nodes of one ONNX operator become layers. Immutable; the built-in operators are such ones too.</summary>
/// <remarks>A network that was imported with operators of your own is loaded with them: <c>PredictorOptions.Networks</c>.</remarks>
public interface IOnnxOperator
{
    /// <summary>The operator's name, such as "Conv".</summary>
    string Name { get; }

    /// <summary>The domain that the operator is of.</summary>
    /// <value>ONNX's own, "", by default.</value>
    string Domain => "";

    /// <summary>Plans what computes a node: nothing is built, no weight is read, and whatever is not supported is refused.</summary>
    /// <param name="node">The node, of this operator.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="InvalidDataException">The node is not valid or not supported: <see cref="OnnxNode.Refused"/>.</exception>
    OnnxLayer Plan(OnnxNode node);
}

/// <summary>What computes one output of a node.</summary>
/// <param name="Shape">
/// The output's shape, where <see cref="OnnxNode.ImageCount"/> stands for the number of images: [ImageCount, 64, 56, 56].
/// </param>
/// <param name="Inputs">
/// Which of the node's inputs the layer is called with, in this order: computed values, or stored ones, which become parameters or buffers of
/// the network. Empty, with a null <paramref name="Build"/>, for none.
/// </param>
/// <param name="Build">
/// Builds the layer, owned by the network: from one, two or three tensors, or an array of them, to one. Null: the output is the one input.
/// </param>
public sealed record OnnxLayer(IReadOnlyList<long> Shape, IReadOnlyList<int> Inputs, Func<OnnxLayerWeights, nn.Module>? Build)
{
    /// <summary>The output is an input as it is.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">Which of its inputs.</param>
    /// <returns>No layer at all.</returns>
    public static OnnxLayer Same(OnnxNode node, int input = 0)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new OnnxLayer(node.Shape(input), [input], Build: null);
    }

    /// <summary>Whether the layer has parameters of its own, so that a stage of the network can begin with it.</summary>
    /// <value>False.</value>
    public bool HasWeights { get; init; }

    /// <summary>Whether the layer that takes the output may overwrite it, because this layer's gradient does not need it.</summary>
    internal bool MayBeOverwritten { get; init; }

    /// <summary>Whether the layer averages each channel over whole maps.</summary>
    internal bool IsGlobalMean { get; init; }

    /// <summary>Whether the output has the input's values in the input's order, for classes: a softmax, say.</summary>
    internal bool IsReading { get; init; }

    /// <summary>Whether the layer only gives the values another shape.</summary>
    internal bool IsView { get; init; }

    /// <summary>Whether it drops values in training and is nothing else.</summary>
    internal bool IsDropout { get; init; }

    /// <summary>Whether the layer exists for constants alone: comparisons and integers.</summary>
    internal bool IsForConstants { get; init; }

    /// <summary>The inputs of a layer that can be a head: a linear one, or a convolution with a kernel of 1.</summary>
    internal long? Features { get; init; }
}
