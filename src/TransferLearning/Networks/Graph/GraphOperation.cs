namespace TransferLearning.Networks.Graph;

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
