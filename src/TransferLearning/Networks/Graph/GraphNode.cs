using System.Globalization;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>One operation of a network: a layer's call, the images ("Input"), or a parameter that a layer takes as an input ("Parameter").</summary>
public sealed class GraphNode
{
    internal GraphNode()
    {
    }

    /// <summary>The layer's path in the network, such as "layer1.0.conv1", or the parameter's name, or "images".</summary>
    /// <remarks>A layer that is called again has a node for each call: "relu", then "relu:2".</remarks>
    public required string Name { get; init; }

    /// <summary>The operation with its attributes.</summary>
    public required GraphOperation Operation { get; init; }

    /// <summary>The nodes whose outputs it takes, in the order of the layer's arguments.</summary>
    public required IReadOnlyList<GraphNode> Inputs { get; init; }

    /// <summary>The shape of its output.</summary>
    public required IReadOnlyList<GraphDimension> Shape { get; init; }

    /// <summary>The parameters and buffers that it computes with.</summary>
    public required IReadOnlyList<GraphTensor> Tensors { get; init; }

    /// <summary>The stage that it is computed in.</summary>
    public required string Stage { get; init; }

    /// <summary>The multiplications of one image, each with its addition; see <see cref="IGraphLayer.MultiplyAdds"/>.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Name, operation and shape on one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}: {Operation.Name}({string.Join(", ", Inputs.Select(input => input.Name))}) [{string.Join(", ", Shape)}]";
}

/// <summary>The length of one axis of a node's output, and what changes it.</summary>
/// <param name="Length">The length for one image of the traced size.</param>
/// <param name="FollowsBatch">Whether the length is multiplied by the number of images.</param>
/// <param name="FollowsImage">Whether another size of image changes the length; false where the network takes one size only.</param>
public sealed record GraphDimension(long Length, bool FollowsBatch, bool FollowsImage)
{
    /// <summary>The length with N for the number of images: "N", "64N" or "512".</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        string length = Length.ToString(CultureInfo.InvariantCulture);
        return !FollowsBatch ? length : Length == 1 ? "N" : length + "N";
    }
}

/// <summary>
/// What a layer computes: an operation and its attributes. Together with the inputs and the layer's tensors, they determine the output in
/// evaluation mode.
/// </summary>
/// <param name="name">The operation, such as "Convolution" or "Relu".</param>
/// <param name="attributes">
/// Name and value of each: a <see cref="long"/>, a <see cref="double"/>, a <see cref="bool"/>, a <see cref="string"/>, or an array of
/// <see cref="long"/>.
/// </param>
public sealed class GraphOperation(string name, params IReadOnlyList<(string Name, object Value)> attributes)
{
    /// <summary>The operation, such as "Convolution" or "Relu".</summary>
    public string Name { get; } = name;

    /// <summary>The attributes by name, such as "stride".</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; } = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value);

    /// <summary>Whether the output overwrites the first input, so that whoever reads that input afterwards reads the output.</summary>
    public bool IsInPlace { get; init; }
}

/// <summary>A parameter or buffer that a node computes with. The network keeps owning it, so it can be read as long as the network is not disposed.</summary>
public sealed class GraphTensor
{
    private readonly Func<Tensor> _source;

    internal GraphTensor(string key, string name, Tensor stored, Func<Tensor>? source = null)
    {
        Key = key;
        Name = name;
        Shape = stored.shape;
        _source = source ?? (() => stored);
    }

    /// <summary>The name within the layer: "weight", "running_mean", "qkv.bias".</summary>
    public string Key { get; }

    /// <summary>The name in the network's state dict: "layer1.0.conv1.weight".</summary>
    public string Name { get; }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values that the layer computes with now: of a weight, those behind its parametrization.</summary>
    /// <returns>A tensor without gradient, on the network's device; the caller disposes it and does not write to it.</returns>
    public Tensor Read()
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        return _source().detach().MoveToOuterDisposeScope();
    }
}
