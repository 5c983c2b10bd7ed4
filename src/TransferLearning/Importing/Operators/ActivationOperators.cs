using TorchSharp;
using TransferLearning.Importing.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Activations, and the softmax. Native scalars are kept by the layers, for the garbage collector could free one while native code reads it.</summary>
internal static class ActivationOperators
{
    private static readonly Scalar _zero = 0, _one = 1, _minusOne = -1;

    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("Relu", node => Unary(node, weights => nn.ReLU(inplace: weights.MayOverwrite))),
        new ImportedOperator("LeakyRelu", node => Sloped(node, "LeakyRelu", node.Number("alpha", 0.01))),
        new ImportedOperator("PRelu", Parametric),
        new ImportedOperator("Elu", node => Exponential(node, "Elu", node.Number("alpha", 1), 1, ("alpha", node.Number("alpha", 1)))),
        new ImportedOperator("Selu", node => Exponential(
            node, "Selu", node.Number("alpha", 1.67326319217681884765625), node.Number("gamma", 1.05070102214813232421875),
            ("alpha", node.Number("alpha", 1.67326319217681884765625)), ("gamma", node.Number("gamma", 1.05070102214813232421875)))),
        new ImportedOperator("Celu", Celu),
        new ImportedOperator("Sigmoid", node => Unary(node, _ => nn.Sigmoid()) with { IsReading = node.Shape(0).Count == 2 }),
        new ImportedOperator("Tanh", node => Unary(node, _ => nn.Tanh())),
        new ImportedOperator("HardSigmoid", HardSigmoid),
        new ImportedOperator("HardSwish", node => Unary(node, _ => nn.Hardswish())),
        new ImportedOperator("Softplus", node => Function(node, x => x.abs().neg().exp().log1p().add(x.relu(), _one))),
        new ImportedOperator("Softsign", node => Function(node, x => x.div(x.abs().add(_one, _one)))),
        new ImportedOperator("Mish", node => Function(node, x => x.mul(x.abs().neg().exp().log1p().add(x.relu(), _one).tanh()))),
        new ImportedOperator("Gelu", Gelu),
        new ImportedOperator("Swish", Swish),
        new ImportedOperator("Clip", Clip),
        new ImportedOperator("Softmax", node => Softmax(node, "Softmax", (x, axis) => x.softmax(axis))),
        new ImportedOperator("LogSoftmax", node => Softmax(node, "LogSoftmax", (x, axis) => x.log_softmax(axis))),
    ];

    public static OnnxLayer Function(OnnxNode node, Func<Tensor, Tensor> function, params (string, object)[] attributes) =>
        Unary(node, _ => new Elementwise(node.Operator, function, attributes));

    private static OnnxLayer Unary(OnnxNode node, Func<OnnxLayerWeights, nn.Module> build) => new(node.Shape(0), [0], build);

    private static OnnxLayer Sloped(OnnxNode node, string name, double alpha)
    {
        return Unary(node, _ => Build());

        Elementwise Build()
        {
            Scalar slope = -alpha;
            return new Elementwise(name, x => x.relu().add(x.neg().relu(), slope), ("alpha", alpha));
        }
    }

    private static OnnxLayer Parametric(OnnxNode node)
    {
        if (!NodeShapes.Broadcast(node, node.Shape(0), node.Shape(1)).SequenceEqual(node.Shape(0)))
            throw node.Refused($"has slopes {NodeShapes.Text(node.Shape(1))} for {NodeShapes.Text(node.Shape(0))}");
        return new OnnxLayer(node.Shape(0), [0, 1], _ => new Arithmetic("PRelu", (x, slope) => x.relu().add(slope.mul(x.neg().relu()), _minusOne)))
        {
            HasWeights = true,
        };
    }

    private static OnnxLayer Exponential(OnnxNode node, string name, double alpha, double gamma, params (string, object)[] attributes)
    {
        return Unary(node, _ => Build());

        Elementwise Build()
        {
            Scalar scale = alpha, outer = gamma;
            return new Elementwise(name, x => x.relu().add(x.neg().relu().neg().expm1(), scale).mul(outer), attributes);
        }
    }

    private static OnnxLayer Celu(OnnxNode node)
    {
        double alpha = node.Number("alpha", 1);
        if (alpha == 0 || !double.IsFinite(alpha))
            throw node.Refused($"divides by alpha, which is {alpha}");
        return Unary(node, _ => Build());

        Elementwise Build()
        {
            Scalar scale = alpha, inverse = 1 / alpha;
            return new Elementwise("Celu", x => x.relu().add(x.neg().relu().neg().mul(inverse).expm1(), scale), ("alpha", alpha));
        }
    }

    private static OnnxLayer HardSigmoid(OnnxNode node)
    {
        double alpha = node.Number("alpha", 0.2), beta = node.Number("beta", 0.5);
        if (Math.Abs(alpha - 1.0 / 6) < 1e-6 && beta == 0.5)
            return Unary(node, _ => nn.Hardsigmoid());
        return Unary(node, _ => Build());

        Elementwise Build()
        {
            Scalar factor = alpha, offset = beta;
            return new Elementwise("HardSigmoid", x => x.mul(factor).add(offset, _one).clamp(_zero, _one), ("alpha", alpha), ("beta", beta));
        }
    }

    private static OnnxLayer Gelu(OnnxNode node)
    {
        string approximation = node.Text("approximate", "none");
        return approximation is "none" or "tanh"
            ? Unary(node, _ => nn.GELU(approximation == "tanh" ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none))
            : throw node.Refused($"has the approximation '{approximation}'; known are none and tanh");
    }

    private static OnnxLayer Swish(OnnxNode node)
    {
        double alpha = node.Number("alpha", 1);
        if (alpha == 1)
            return Unary(node, _ => nn.SiLU());
        return Unary(node, _ => Build());

        Elementwise Build()
        {
            Scalar factor = alpha;
            return new Elementwise("Swish", x => x.mul(x.mul(factor).sigmoid()), ("alpha", alpha));
        }
    }

    // Bounds were attributes before opset 11, and are inputs since.
    private static OnnxLayer Clip(OnnxNode node)
    {
        double? least = Bound("min", 1), most = Bound("max", 2);
        if (least is null && most is null)
            return OnnxLayer.Same(node);
        if (least > most)
            throw node.Refused($"has bounds from {least} to {most}");
        return (least, most) switch
        {
            (0, 6) => Unary(node, weights => nn.ReLU6(inplace: weights.MayOverwrite)),
            (0, null) => Unary(node, weights => nn.ReLU(inplace: weights.MayOverwrite)),
            _ => Unary(node, _ => Build()),
        };

        double? Bound(string name, int input)
        {
            double bound = node.Has(input) ? node.Numbers(input) is [var only] ? only : throw node.Refused($"has several values as {name}")
                : node.Number(name, double.NaN);
            return double.IsNaN(bound) || Math.Abs(bound) >= float.MaxValue ? null : bound;
        }

        Elementwise Build()
        {
            Scalar low = least ?? double.NegativeInfinity, high = most ?? double.PositiveInfinity;
            return new Elementwise("Clip", x => x.clamp(low, high), ("min", least ?? float.MinValue), ("max", most ?? float.MaxValue));
        }
    }

    // Before opset 13, all axes from the given one on were one.
    private static OnnxLayer Softmax(OnnxNode node, string name, Func<Tensor, long, Tensor> function)
    {
        int rank = node.Shape(0).Count;
        bool isOld = node.Version < 13;
        int axis = NodeShapes.Axis(node, node.Integer("axis", isOld ? 1 : -1), rank);
        bool isLast = axis == rank - 1;
        return new OnnxLayer(node.Shape(0), [0], _ => new Elementwise(
            name,
            x => isOld && !isLast ? function(x.flatten(axis), axis).view_as(x) : function(x, axis),
            isOld && !isLast ? [("axis", (long)axis), ("flatten", true)] : [("axis", (long)axis)]))
        { IsReading = rank == 2 && isLast };
    }
}
