using TorchSharp;
using TransferLearning.Importing.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>What takes parts of a tensor, or puts several together.</summary>
internal static class SelectionOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("Concat", Concat), new ImportedOperator("Split", Split), new ImportedOperator("Slice", Slice),
        new ImportedOperator("Gather", Gather), new ImportedOperator("Pad", Pad), new ImportedOperator("ScatterND", ScatterND),
    ];

    private static OnnxLayer Concat(OnnxNode node)
    {
        IReadOnlyList<long>[] shapes = [.. Enumerable.Range(0, node.InputCount).Select(node.Shape)];
        int rank = shapes.Length > 0 ? shapes[0].Count : 0;
        int axis = NodeShapes.Axis(node, node.Integer("axis", 0), rank);
        long[] shape = [.. shapes[0]];
        shape[axis] = 0;
        foreach (IReadOnlyList<long> other in shapes)
        {
            if (other.Count != rank)
                throw node.Refused($"joins {NodeShapes.Text(shapes[0])} and {NodeShapes.Text(other)}");
            shape[axis] += other[axis];
            for (int at = 0; at < rank; at++)
            {
                if (at == 0 && axis != 0)
                    shape[0] = Math.Max(shape[0], other[0]);        // one for all images stretches over them
                else if (at != axis && other[at] != shape[at])
                    throw node.Refused($"joins {NodeShapes.Text(shapes[0])} and {NodeShapes.Text(other)}");
            }
        }
        if (axis != 0 && shapes.Index().Any(entry => entry.Item[0] != shape[0] && !(entry.Item[0] == 1 && node.IsStored(entry.Index))))
            throw node.Refused($"joins {string.Join(", ", shapes.Select(NodeShapes.Text))}");
        if (axis == 0 && shapes.Any(other => NodeShapes.DependsOnImages(other[0])))
            throw node.Refused("joins images");
        return new OnnxLayer(shape, [.. Enumerable.Range(0, node.InputCount)], _ => new Joining(axis));
    }

    private static OnnxLayer Split(OnnxNode node)
    {
        long[] shape = [.. node.Shape(0)];
        int axis = NodeShapes.Axis(node, node.Integer("axis", 0), shape.Length);
        long[] parts = [.. (node.Has(1) ? node.Integers(1) : node.IntegerList("split")) ?? Equal()];
        if (parts.Length != node.OutputCount || parts.Any(part => part < 0) || parts.Sum() != shape[axis] || NodeShapes.DependsOnImages(shape[axis]))
            throw node.Refused($"splits axis {axis} of {NodeShapes.Text(shape)} into {node.OutputCount} parts of {string.Join(", ", parts)}");
        long start = parts.Take(node.Output).Sum(), length = parts[node.Output];
        shape[axis] = length;
        return new OnnxLayer(shape, [0], _ => new Slicing([axis], [start], [start + length], [1]));

        // The last may be shorter.
        IEnumerable<long> Equal()
        {
            long part = (shape[axis] + node.OutputCount - 1) / node.OutputCount;
            return Enumerable.Range(0, node.OutputCount).Select(index => Math.Max(0, Math.Min(part, shape[axis] - index * part)));
        }
    }

    // Where was in attributes before opset 10, and is in inputs since.
    private static OnnxLayer Slice(OnnxNode node)
    {
        long[] shape = [.. node.Shape(0)];
        bool isOld = node.Version < 10;
        long[] starts = [.. (isOld ? node.IntegerList("starts") : node.Integers(1)) ?? throw node.Refused("says no starts")];
        long[] ends = [.. (isOld ? node.IntegerList("ends") : node.Integers(2)) ?? throw node.Refused("says no ends")];
        IReadOnlyList<long>? given = isOld ? node.IntegerList("axes") : node.Has(3) ? node.Integers(3) : null;
        long[] said = [.. given ?? Enumerable.Range(0, starts.Length).Select(at => (long)at)];
        long[] steps = !isOld && node.Has(4) ? [.. node.Integers(4)] : [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || said.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
            throw node.Refused("has starts, ends, axes and steps that do not fit together");

        int[] axes = [.. said.Select(axis => NodeShapes.Axis(node, axis, shape.Length))];
        for (int at = 0; at < axes.Length; at++)
        {
            long length = shape[axes[at]];
            long taken = Slicing.Range(length, starts[at], ends[at], steps[at]).Count;
            if (NodeShapes.DependsOnImages(length) && taken != length)
                throw node.Refused("takes some of the images");
            shape[axes[at]] = taken;
        }
        return new OnnxLayer(shape, [0], _ => new Slicing(axes, starts, ends, steps));
    }

    private static OnnxLayer Gather(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0), indexShape = node.Shape(1);
        int axis = NodeShapes.Axis(node, node.Integer("axis", 0), shape.Count);
        long length = shape[axis];
        long[] indices = [.. node.Integers(1).Select(index => index < 0 ? index + length : index)];
        if (NodeShapes.DependsOnImages(length) || indices.Any(index => index < 0 || index >= length))
            throw node.Refused($"takes what axis {axis} of {NodeShapes.Text(shape)} does not have, or some of the images");

        long[] given = [.. shape.Take(axis), .. indexShape, .. shape.Skip(axis + 1)];
        long[] part = [.. indexShape];
        return new OnnxLayer(given, [0], _ => indexShape.Count == 0
            ? new Elementwise("Select", x => x.select(axis, indices[0]), ("axis", (long)axis), ("index", indices[0]))
            : new Elementwise("Gather", Take, ("axis", (long)axis), ("indices", indices), ("shape", part)));

        Tensor Take(Tensor x)
        {
            Tensor chosen = x.index_select(axis, tensor(indices, device: x.device));
            return part.Length == 1 ? chosen : chosen.reshape([.. x.shape.Take(axis), .. part, .. x.shape.Skip(axis + 1)]);
        }
    }

    // Pads were attributes before opset 11, and are inputs since.
    private static OnnxLayer Pad(OnnxNode node)
    {
        long[] shape = [.. node.Shape(0)];
        bool isOld = node.Version < 11;
        long[] said = [.. (isOld ? node.IntegerList("pads") : node.Integers(1)) ?? throw node.Refused("says no pads")];
        int[] axes = !isOld && node.Has(3)
            ? [.. node.Integers(3).Select(axis => NodeShapes.Axis(node, axis, shape.Length))]
            : [.. Enumerable.Range(0, shape.Length)];
        double value = isOld ? node.Number("value", 0) : node.Has(2) ? node.Numbers(2) is [var only] ? only : throw node.Refused("has several values") : 0;
        if (said.Length != 2 * axes.Length || said.Any(side => side is < 0 or > 1 << 12))
            throw node.Refused($"has pads {NodeShapes.Text(said)} for {axes.Length} axes; 0 to {1 << 12} are supported");

        var sides = new long[2 * shape.Length];     // the last axis first, as PyTorch wants them
        foreach ((int index, int axis) in axes.Index())
        {
            (sides[2 * (shape.Length - 1 - axis)], sides[2 * (shape.Length - 1 - axis) + 1]) = (said[index], said[index + axes.Length]);
            if (NodeShapes.DependsOnImages(shape[axis]) && said[index] + said[index + axes.Length] > 0)
                throw node.Refused("adds images");
            shape[axis] += said[index] + said[index + axes.Length];
        }
        string mode = node.Text("mode", "constant");
        PaddingModes padding = mode switch
        {
            "constant" => PaddingModes.Constant,
            "reflect" => PaddingModes.Reflect,
            "edge" => PaddingModes.Replicate,
            _ => throw node.Refused($"has the mode '{mode}'; known are constant, reflect and edge"),
        };
        if (padding != PaddingModes.Constant && (shape.Length != 4 || sides.Skip(4).Any(side => side > 0)))
            throw node.Refused($"pads by '{mode}' what is not height and width of maps");
        if (padding == PaddingModes.Reflect && (Math.Max(sides[0], sides[1]) >= node.Shape(0)[3] || Math.Max(sides[2], sides[3]) >= node.Shape(0)[2]))
            throw node.Refused("reflects more than there is");
        long[] used = padding == PaddingModes.Constant ? sides : sides[..4];
        return new OnnxLayer(shape, [0], _ => new Elementwise(
            "Pad", x => nn.functional.pad(x, used, padding, value), ("mode", mode), ("sides", used), ("value", value)));
    }

    // As masks of windows are made.
    private static OnnxLayer ScatterND(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0), places = node.Shape(1);
        if (node.Text("reduction", "none") is not "none" and var reduction)
            throw node.Refused($"reduces by '{reduction}', which is not supported");
        if (places.Count == 0 || places[^1] < 1 || places[^1] > shape.Count)
            throw node.Refused($"takes places {NodeShapes.Text(places)} in {NodeShapes.Text(shape)}");
        if (!node.Shape(2).SequenceEqual([.. places.SkipLast(1), .. shape.Skip((int)places[^1])]))
            throw node.Refused($"puts {NodeShapes.Text(node.Shape(2))} at places {NodeShapes.Text(places)} of {NodeShapes.Text(shape)}");
        return new OnnxLayer(shape, [0, 1, 2], _ => new Scattering()) { IsForConstants = true };
    }
}
