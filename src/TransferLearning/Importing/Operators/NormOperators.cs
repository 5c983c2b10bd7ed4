using TransferLearning.Importing.Layers;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Normalization layers.</summary>
internal static class NormOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("BatchNormalization", OverImages), new ImportedOperator("LayerNormalization", OverAxes),
        new ImportedOperator("GroupNormalization", Group), new ImportedOperator("InstanceNormalization", Instance),
        new ImportedOperator("LRN", LocalResponse),
    ];

    private static OnnxLayer OverImages(OnnxNode node)
    {
        (_, long channels, _, _) = NodeShapes.Maps(node);
        if (node.Output > 0)
            throw node.Refused("gives statistics that are used; only what it gives in evaluation is supported");
        if (node.Integer("spatial", 1) != 1)
            throw node.Refused("has a mean for each position; only one for each channel is supported");
        RequireStored(node, channels, 1, 2, 3, 4);

        double epsilon = node.Number("epsilon", 1e-5), momentum = 1 - node.Number("momentum", 0.9);   // the share of the old one, and of the new
        return new OnnxLayer(node.Shape(0), [0], Build) { HasWeights = true, MayBeOverwritten = true };

        nn.Module Build(OnnxLayerWeights weights)
        {
            BatchNormalization norm = weights.LayerBefore(0) is Convolution2d convolution
                ? new BatchNormalization(convolution, epsilon, momentum)
                : new BatchNormalization(channels, epsilon, momentum);
            weights.CopyTo(1, norm.weight!);
            weights.CopyTo(2, norm.bias!);
            weights.CopyTo(3, norm.running_mean!);
            weights.CopyTo(4, norm.running_var!);
            return norm;
        }
    }

    private static OnnxLayer OverAxes(OnnxNode node)
    {
        if (node.Output > 0)
            throw node.Refused("gives statistics that are used; only values are supported");
        long[] shape = [.. node.Shape(0)];
        int axis = NodeShapes.Axis(node, node.Integer("axis", -1), shape.Length);
        long[] normalized = shape[axis..];
        if (axis == 0 || !IsAffine(1) || (node.Has(2) && !IsAffine(2)))
            throw node.Refused($"must have a stored scale and bias of {NodeShapes.Text(normalized)}");

        double epsilon = node.Number("epsilon", 1e-5);
        return new OnnxLayer(shape, [0], weights =>
        {
            if (normalized.Length > 1)
                return new AffineNorm("LayerNormalization", weights.Parameter(1), node.Has(2) ? weights.Parameter(2) : null, epsilon, groups: null);
            var norm = new LayerNormalization(normalized[0], epsilon);
            Dictionary<string, Tensor> own = norm.state_dict();
            weights.CopyTo(1, own["weight"]);
            if (node.Has(2))
                weights.CopyTo(2, own["bias"]);
            return norm;
        })
        { HasWeights = true };

        bool IsAffine(int input) => node.IsStored(input) && node.Shape(input).SequenceEqual(normalized);
    }

    private static OnnxLayer Group(OnnxNode node)
    {
        (_, long channels, _, _) = NodeShapes.Maps(node);
        long groups = node.Integer("num_groups", 0);
        if (groups < 1 || channels % groups != 0)
            throw node.Refused($"has {groups} groups for {channels} channels");
        bool isForGroups = node.Version < 21;      // later, a number for each channel
        RequireStored(node, isForGroups ? groups : channels, 1, 2);
        return Affine(node, "GroupNormalization", groups, values => isForGroups ? values.repeat_interleave(channels / groups) : values);
    }

    private static OnnxLayer Instance(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        if (shape.Count < 3)
            throw node.Refused($"takes {NodeShapes.Text(shape)}; [N, channels, ...] is expected");
        RequireStored(node, shape[1], 1, 2);
        bool isOfGroups = shape.Count == 3 && node.Numbers(1).All(scale => scale == 1) && node.Numbers(2).All(shift => shift == 0);
        return isOfGroups ? OverGroups(node, shape[1]) : Affine(node, "InstanceNormalization", shape[1], values => values);
    }

    // As exporters write a group norm before opset 18: its scales and shifts, which are learned, are nodes behind it.
    private static OnnxLayer OverGroups(OnnxNode node, long groups)
    {
        double epsilon = node.Number("epsilon", 1e-5);
        return new OnnxLayer(node.Shape(0), [0], _ => new Elementwise(
            "InstanceNormalization", x => nn.functional.group_norm(x.to(ScalarType.Float32), groups, eps: epsilon).to(x.dtype),
            ("epsilon", epsilon), ("groups", groups)));
    }

    private static OnnxLayer Affine(OnnxNode node, string operation, long groups, Func<Tensor, Tensor> change)
    {
        double epsilon = node.Number("epsilon", 1e-5);
        return new OnnxLayer(
            node.Shape(0), [0], weights => new AffineNorm(operation, weights.Parameter(1, change), weights.Parameter(2, change), epsilon, groups))
        { HasWeights = true };
    }

    private static OnnxLayer LocalResponse(OnnxNode node)
    {
        NodeShapes.Maps(node);
        long size = node.Integer("size", 0);
        if (size < 1 || size % 2 == 0)
            throw node.Refused($"has a size of {size}; only odd ones are supported");
        double alpha = node.Number("alpha", 1e-4), beta = node.Number("beta", 0.75), bias = node.Number("bias", 1);
        return new OnnxLayer(node.Shape(0), [0], _ => new Elementwise(
            "LRN", maps => nn.functional.local_response_norm(maps, size, alpha, beta, bias),
            ("size", size), ("alpha", alpha), ("beta", beta), ("bias", bias)));
    }

    private static void RequireStored(OnnxNode node, long length, params int[] inputs)
    {
        foreach (int input in inputs)
        {
            if (!node.IsStored(input) || !node.Shape(input).SequenceEqual([length]))
                throw node.Refused($"has an input {input} of {NodeShapes.Text(node.Shape(input))}; it must be stored, [{length}]");
        }
    }
}
