using TransferLearning.Importing.Layers;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>What gives the same values another shape.</summary>
internal static class ViewOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("Reshape", Reshape), new ImportedOperator("Flatten", Flatten), new ImportedOperator("Squeeze", Squeeze),
        new ImportedOperator("Unsqueeze", Unsqueeze), new ImportedOperator("Transpose", Transpose), new ImportedOperator("Expand", Expand),
        new ImportedOperator("Identity", node => OnnxLayer.Same(node)), new ImportedOperator("Dropout", Dropout),
    ];

    private static OnnxLayer Reshape(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        long[] target = [.. node.Integers(1)];
        if (target.Count(length => length == -1) > 1 || target.Any(length => length < -1) || (target.Contains(0) && node.Integer("allowzero", 0) != 0))
            throw node.Refused($"has the shape {NodeShapes.Text(target)}, which is not supported");
        if (target.Index().Any(entry => entry.Item == 0 && entry.Index >= shape.Count))
            throw node.Refused($"copies lengths that {NodeShapes.Text(shape)} lacks");

        long all = NodeShapes.Count(node, shape);
        long[] lengths = Resolved(target);
        bool isForOneImage = shape is [OnnxNode.ImageCount, ..] && target is [1, ..]
            && (NodeShapes.Count(node, lengths) != all || lengths.Skip(1).Any(NodeShapes.DependsOnImages));
        if (isForOneImage)
            lengths = Resolved(target = [0, .. target[1..]]);
        if (NodeShapes.Count(node, lengths) is var count && count != all && all % OnnxNode.ImageCount == 0 && count == all / OnnxNode.ImageCount)
        {
            throw node.Refused($"gives {NodeShapes.Text(shape)} the shape {NodeShapes.Text(target)}, which is of one image alone: export the file with an "
                + "open number of images, in PyTorch by dynamic_axes");
        }
        if (count != all)
            throw node.Refused($"gives {NodeShapes.Text(shape)} the shape {NodeShapes.Text(target)}, which has another number of values");
        long[] template = Template(node, shape, target, lengths);
        return new OnnxLayer(lengths, [0], _ => new Reshaping(template)) { IsView = true };

        long[] Resolved(long[] wanted)
        {
            long[] copied = [.. wanted.Select((length, axis) => length == 0 ? shape[axis] : length)];
            int open = Array.IndexOf(copied, -1);
            if (open < 0)
                return copied;
            long known = NodeShapes.Count(node, copied.Where(length => length != -1));
            if (known == 0 || all % known != 0)
                throw node.Refused($"cannot give {NodeShapes.Text(shape)} the shape {NodeShapes.Text(wanted)}");
            copied[open] = all / known;
            return copied;
        }
    }

    /// <summary>The shape as a layer keeps it: 0 for a length of the input, -1 for the one that follows from the others.</summary>
    private static long[] Template(OnnxNode node, IReadOnlyList<long> shape, long[] target, long[] lengths)
    {
        long[] template = [.. target.Select((length, axis) => NodeShapes.DependsOnImages(length) && axis < shape.Count && shape[axis] == length ? 0 : length)];
        int[] open = [.. template.Index().Where(entry => NodeShapes.DependsOnImages(entry.Item)).Select(entry => entry.Index)];
        if (open.Length == 0)
            return template;
        int inferred = Array.IndexOf(template, -1);
        if (open.Length > 1 || (inferred >= 0 && NodeShapes.DependsOnImages(lengths[inferred])))
            throw node.Refused($"gives the shape {NodeShapes.Text(lengths)}, in which several lengths depend on the number of images");
        if (inferred >= 0)
            template[inferred] = lengths[inferred];
        template[open[0]] = -1;
        return template;
    }

    private static OnnxLayer Flatten(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        long said = node.Integer("axis", 1);
        int axis = said == shape.Count ? shape.Count : NodeShapes.Axis(node, said, shape.Count);
        long[] flat = [NodeShapes.Count(node, shape.Take(axis)), NodeShapes.Count(node, shape.Skip(axis))];
        long[] template = NodeShapes.DependsOnImages(flat[0]) ? [-1, flat[1]] : [flat[0], -1];
        return new OnnxLayer(flat, [0], _ => axis == 1 ? nn.Flatten(1) : new Reshaping(template)) { IsView = true };
    }

    // Axes were attributes before opset 13, and are inputs since.
    private static IReadOnlyList<long>? AxesOf(OnnxNode node) => node.Has(1) ? node.Integers(1) : node.IntegerList("axes");

    private static OnnxLayer Squeeze(OnnxNode node)
    {
        long[] shape = [.. node.Shape(0)];
        int[] axes = AxesOf(node) is { } said
            ? [.. said.Select(axis => NodeShapes.Axis(node, axis, shape.Length)).Distinct()]
            : [.. Enumerable.Range(0, shape.Length).Where(axis => shape[axis] == 1)];
        if (axes.Any(axis => shape[axis] != 1 && !(axis == 0 && shape[0] == OnnxNode.ImageCount)))
            throw node.Refused($"leaves out axes {string.Join(", ", axes)} of {NodeShapes.Text(shape)}, which are not all of length 1");
        if (axes.Contains(0) && shape[0] == OnnxNode.ImageCount)
            throw node.Refused("leaves out the axis of the images");
        return new OnnxLayer([.. shape.Where((_, axis) => !axes.Contains(axis))], [0], _ => new Elementwise(
            "Squeeze", x => axes.OrderDescending().Aggregate(x, (view, axis) => view.squeeze(axis)), ("axes", axes.Select(axis => (long)axis).ToArray())))
        { IsView = true };
    }

    private static OnnxLayer Unsqueeze(OnnxNode node)
    {
        IReadOnlyList<long> axes = AxesOf(node) ?? throw node.Refused("says no axes");
        List<long> shape = [.. node.Shape(0)];
        int rank = shape.Count + axes.Count;
        int[] sorted = [.. axes.Select(axis => NodeShapes.Axis(node, axis, rank)).Distinct().Order()];
        foreach (int axis in sorted)
            shape.Insert(Math.Min(axis, shape.Count), 1);
        return new OnnxLayer(shape, [0], _ => new Elementwise(
            "Unsqueeze", x => sorted.Aggregate(x, (view, axis) => view.unsqueeze(axis)), ("axes", sorted.Select(axis => (long)axis).ToArray())))
        { IsView = true };
    }

    private static OnnxLayer Transpose(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        long[] axes = [.. node.IntegerList("perm") ?? [.. Enumerable.Range(0, shape.Count).Reverse().Select(axis => (long)axis)]];
        return axes.Order().SequenceEqual(Enumerable.Range(0, shape.Count).Select(axis => (long)axis))
            ? new OnnxLayer([.. axes.Select(axis => shape[(int)axis])], [0], _ => new Permutation(axes))
            : throw node.Refused($"orders axes {string.Join(", ", axes)} of {NodeShapes.Text(shape)}");
    }

    // What is repeated for each image is stored once, and stretches where it is used.
    private static OnnxLayer Expand(OnnxNode node)
    {
        long[] from = [.. node.Shape(0)];
        long[] shape = NodeShapes.Broadcast(node, from, node.Integers(1));
        if (shape.SequenceEqual(from))
            return OnnxLayer.Same(node);
        long[] target = [.. shape.Select((length, axis) =>
            axis >= shape.Length - from.Length && from[axis - (shape.Length - from.Length)] == length ? -1 : NodeShapes.DependsOnImages(length) ? 1 : length)];
        if (!node.IsStored(0) && shape.Where((length, axis) => target[axis] != -1 && NodeShapes.DependsOnImages(length)).Any())
            throw node.Refused("repeats for each image what is computed from images");
        return new OnnxLayer(shape, [0], _ => new Elementwise("Expand", x => x.expand(target), ("shape", target)));
    }

    private static OnnxLayer Dropout(OnnxNode node)
    {
        if (node.Output > 0)
            throw node.Refused("gives a mask that is used; only values are supported");
        double probability = node.Has(1) ? node.Numbers(1) is [var only] ? only : 1 : node.Number("ratio", 0.5);
        if (probability is not (>= 0 and < 1))
            throw node.Refused($"drops {probability} of all values; it must be 0 to below 1");
        return probability == 0 ? OnnxLayer.Same(node) : new OnnxLayer(node.Shape(0), [0], _ => new KeyedDropout(probability)) { IsDropout = true };
    }
}
