namespace TransferLearning.Networks.Graph;

/// <summary>
/// A layer that describes itself as one node of a <see cref="NetworkGraph"/>, whatever it is made of. A layer without layers of its own is a
/// node in any case; this interface gives it its operation and attributes.
/// </summary>
public interface IGraphLayer
{
    /// <summary>What the layer computes in evaluation mode, in float32 and not folded.</summary>
    /// <returns>The operation with all its attributes.</returns>
    GraphOperation Describe();

    /// <summary>The multiplications, each with its addition, of convolutions and products of matrices; element-wise operations count as none.</summary>
    /// <param name="output">The shape of an output.</param>
    /// <returns>0 unless the layer says otherwise.</returns>
    long MultiplyAdds(IReadOnlyList<long> output) => 0;
}
