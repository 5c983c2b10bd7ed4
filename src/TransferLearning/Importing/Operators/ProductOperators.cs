using TorchSharp;
using TransferLearning.Importing.Layers;
using TransferLearning.Internal;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Products of matrices: linear layers where one is stored.</summary>
internal static class ProductOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } = [new ImportedOperator("Gemm", General), new ImportedOperator("MatMul", Product)];

    private static OnnxLayer General(OnnxNode node)
    {
        bool isTransposed = node.Integer("transB", 0) != 0;
        if (node.Integer("transA", 0) != 0 || node.Shape(0).Count != 2 || !node.IsStored(1) || node.Shape(1).Count != 2 || (node.Has(2) && !node.IsStored(2)))
            throw node.Refused("must be a linear layer: [N, inputs] by a stored matrix, with a stored bias");
        double alpha = node.Number("alpha", 1), beta = node.Number("beta", 1);
        (long outputs, long inputs) = isTransposed ? (node.Shape(1)[0], node.Shape(1)[1]) : (node.Shape(1)[1], node.Shape(1)[0]);
        if (node.Has(2) && !NodeShapes.Broadcast(node, [1, outputs], node.Shape(2)).SequenceEqual([1, outputs]))
            throw node.Refused($"has a bias {NodeShapes.Text(node.Shape(2))} for {outputs} outputs");

        return Linear(node, inputs, outputs, weights => new LinearLayer(
            weights.Parameter(1, matrix => Scaled(isTransposed ? matrix : matrix.t(), alpha)),
            node.Has(2) ? weights.Parameter(2, bias => Scaled(bias, beta).expand(1, outputs).reshape(outputs)) : null));
    }

    // A third input is the bias of the addition behind; see MatrixProducts.
    private static OnnxLayer Product(OnnxNode node)
    {
        if (!node.IsStored(0) && node.IsStored(1) && node.Shape(1) is [var inputs, var outputs])
        {
            return Linear(node, inputs, outputs, weights =>
                new LinearLayer(weights.Parameter(1, matrix => matrix.t()), node.Has(2) ? weights.Parameter(2) : null));
        }

        IReadOnlyList<long> first = node.Shape(0), second = node.Shape(1);
        if (first.Count < 2 || second.Count < 2 || first[^1] != second[^2])
            throw node.Refused($"multiplies {NodeShapes.Text(first)} by {NodeShapes.Text(second)}, which do not fit");
        long[] shape = [.. NodeShapes.Broadcast(node, [.. first.SkipLast(2)], [.. second.SkipLast(2)]), first[^2], second[^1]];
        return new OnnxLayer(shape, [0, 1], _ => new Arithmetic("MatMul", Multiply));
    }

    private static OnnxLayer Linear(OnnxNode node, long inputs, long outputs, Func<OnnxLayerWeights, nn.Module> build)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        if (shape.Count < 2 || shape[^1] != inputs || inputs < 1 || outputs < 1)
            throw node.Refused($"multiplies {NodeShapes.Text(shape)} by {NodeShapes.Text(node.Shape(1))}, which do not fit");
        return new OnnxLayer([.. shape.SkipLast(1), outputs], [0], build) { HasWeights = true, MayBeOverwritten = true, Features = inputs };
    }

    // The native product ends the process where shapes do not fit.
    private static Tensor Multiply(Tensor first, Tensor second)
    {
        long[] one = first.shape, other = second.shape;
        bool fits = one.Length >= 2 && other.Length >= 2 && one[^1] == other[^2];
        for (int back = 3; fits && back <= Math.Min(one.Length, other.Length); back++)
            fits = one[^back] == other[^back] || one[^back] == 1 || other[^back] == 1;
        return fits ? matmul(first, second) : throw new InvalidOperationException($"{ShapeText.Of(one)} cannot be multiplied by {ShapeText.Of(other)}.");
    }

    private static Tensor Scaled(Tensor values, double factor)
    {
        if (factor == 1)
            return values;
        using Scalar scale = factor;
        return values.mul(scale);
    }
}
