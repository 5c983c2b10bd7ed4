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
