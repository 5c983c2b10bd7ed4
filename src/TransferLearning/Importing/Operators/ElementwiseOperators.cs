using TorchSharp;
using TransferLearning.Importing.Layers;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Importing.Operators;

/// <summary>Arithmetic value by value, on what layers gave and on constants.</summary>
internal static class ElementwiseOperators
{
    private static readonly Scalar _one = 1, _minusOne = -1;

    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("Add", Add),
        Binary("Sub", (x, y) => x.add(y, _minusOne)),
        Binary("Mul", (x, y) => x.mul(y), "Multiply"),
        Binary("Div", Divide),
        Binary("Pow", (x, y) => x.pow(y)),
        Binary("Max", maximum),
        Binary("Min", minimum),
        Binary("Mod", (x, y) => x.remainder(y), isForConstants: true),
        Binary("Equal", (x, y) => x.eq(y), isForConstants: true),
        Binary("Greater", (x, y) => x.gt(y), isForConstants: true),
        Binary("GreaterOrEqual", (x, y) => x.ge(y), isForConstants: true),
        Binary("Less", (x, y) => x.lt(y), isForConstants: true),
        Binary("LessOrEqual", (x, y) => x.le(y), isForConstants: true),
        Binary("And", (x, y) => x.logical_and(y), isForConstants: true),
        Binary("Or", (x, y) => x.logical_or(y), isForConstants: true),
        new ImportedOperator("Not", node => ActivationOperators.Function(node, x => x.logical_not()) with { IsForConstants = true }),
        Unary("Sqrt", x => x.sqrt()), Unary("Reciprocal", x => x.reciprocal()), Unary("Exp", x => x.exp()), Unary("Log", x => x.log()),
        Unary("Neg", x => x.neg()), Unary("Abs", x => x.abs()), Unary("Erf", x => x.erf()), Unary("Floor", x => x.floor()), Unary("Ceil", x => x.ceil()),
        Unary("Round", x => x.round()), Unary("Sign", x => x.sign()), Unary("Sin", x => x.sin()), Unary("Cos", x => x.cos()),
        new ImportedOperator("Where", Where),
        new ImportedOperator("Cast", Cast),
    ];

    private static ImportedOperator Unary(string name, Func<Tensor, Tensor> function) =>
        new(name, node => ActivationOperators.Function(node, function));

    private static ImportedOperator Binary(
        string name, Func<Tensor, Tensor, Tensor> function, string? operation = null, bool isForConstants = false) => new(name, node =>
    {
        if (node.InputCount != 2)
            throw node.Refused($"has {node.InputCount} inputs; only two are supported");
        return new OnnxLayer(NodeShapes.Broadcast(node, node.Shape(0), node.Shape(1)), [0, 1], _ => new Arithmetic(operation ?? name, function))
        {
            IsForConstants = isForConstants,
        };
    });

    private static OnnxLayer Add(OnnxNode node)
    {
        bool isPlain = !node.IsStored(0) && !node.IsStored(1) && node.Shape(0).SequenceEqual(node.Shape(1));
        return new OnnxLayer(
            NodeShapes.Broadcast(node, node.Shape(0), node.Shape(1)), [0, 1], _ => isPlain ? new Addition() : new Arithmetic("Add", (x, y) => x.add(y, _one)))
        {
            MayBeOverwritten = isPlain,
        };
    }

    // Integers are divided toward zero.
    private static Tensor Divide(Tensor dividend, Tensor divisor) => is_floating_point(dividend.dtype) || is_floating_point(divisor.dtype)
        ? dividend.div(divisor)
        : dividend.div(divisor, RoundingMode.trunc);

    private static OnnxLayer Where(OnnxNode node)
    {
        long[] shape = NodeShapes.Broadcast(node, NodeShapes.Broadcast(node, node.Shape(0), node.Shape(1)), node.Shape(2));
        return node.IsStored(0)
            ? new OnnxLayer(shape, [0, 1, 2], _ => new ConditionalChoice())
            : throw node.Refused("has a condition that is computed from the images; only stored ones are supported");
    }

    // Activations are in the network's own number format, whatever the file's.
    private static OnnxLayer Cast(OnnxNode node)
    {
        ScalarType type = (DataType)node.Integer("to", 0) switch
        {
            DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double => ScalarType.Float32,
            DataType.Int64 => ScalarType.Int64,
            DataType.Int32 => ScalarType.Int32,
            DataType.Bool => ScalarType.Bool,
            DataType.Uint8 => ScalarType.Byte,
            DataType.Int8 => ScalarType.Int8,
            DataType other => throw node.Refused($"converts to the type {(int)other}, which is not supported"),
        };
        if (!node.IsStored(0))
            return type == ScalarType.Float32 ? OnnxLayer.Same(node) : throw node.Refused($"converts what is computed from the images to {type}");
        return ActivationOperators.Function(node, x => x.to(type));
    }
}
