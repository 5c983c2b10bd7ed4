using TransferLearning.Formats.Onnx;

namespace TransferLearning.Importing;

/// <summary>A product with a stored matrix and the addition behind it are one linear layer: a MatMul of three inputs.</summary>
internal static class MatrixProducts
{
    /// <param name="nodes">The nodes of a graph, in their order.</param>
    /// <param name="initializers">Its initializers.</param>
    /// <param name="output">What it gives.</param>
    public static IReadOnlyList<NodeProto> Join(IReadOnlyList<NodeProto> nodes, Dictionary<string, TensorProto> initializers, string output)
    {
        ILookup<string, NodeProto> users = nodes.SelectMany(node => node.Input.Select(input => (input, node))).ToLookup(use => use.input, use => use.node);
        Dictionary<string, NodeProto> makers = nodes.SelectMany(node => node.Output.Select(name => (name, node)))
            .Where(made => made.name.Length > 0)
            .ToDictionary(made => made.name, made => made.node);
        var joined = new Dictionary<NodeProto, NodeProto>(ReferenceEqualityComparer.Instance);
        var left = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (NodeProto product in nodes.Where(node => node is { OpType: "MatMul", Domain: "" or "ai.onnx", Input: [_, _], Output: [_] }))
        {
            if (product.Output[0] != output && users[product.Output[0]].ToArray() is [{ OpType: "Add", Domain: "" or "ai.onnx", Input: [_, _] } addition]
                && !joined.ContainsKey(addition) && Bias(product, addition, initializers, makers) is { } bias)
            {
                joined[addition] = new NodeProto { Name = product.Name, OpType = "MatMul", Input = { product.Input, bias }, Output = { addition.Output } };
                left.Add(product);
            }
        }
        return [.. nodes.Where(node => !left.Contains(node)).Select(node => joined.GetValueOrDefault(node, node))];
    }

    // The weight may be stored as [outputs, inputs], and turned around by a node.
    private static string? Bias(
        NodeProto product, NodeProto addition, Dictionary<string, TensorProto> initializers, Dictionary<string, NodeProto> makers)
    {
        string added = addition.Input.FirstOrDefault(input => input != product.Output[0]) ?? "", name = product.Input[1];
        bool isTurned = makers.GetValueOrDefault(name) is { OpType: "Transpose", Domain: "" or "ai.onnx", Input: [_] };
        if (!initializers.TryGetValue(isTurned ? makers[name].Input[0] : name, out TensorProto? weight) || weight.Dims.Count != 2)
            return null;
        long outputs = weight.Dims[isTurned ? 0 : 1];
        return initializers.TryGetValue(added, out TensorProto? bias) && bias.Dims is [var length] && length == outputs ? added : null;
    }
}
