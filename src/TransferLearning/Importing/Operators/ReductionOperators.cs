using TransferLearning.Importing.Layers;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Means, sums and the like over axes.</summary>
internal static class ReductionOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        Over("ReduceMean", (x, axes, keep) => x.mean(axes, keep)),
        Over("ReduceSum", (x, axes, keep) => x.sum(axes, keep)),
        Over("ReduceMax", (x, axes, keep) => x.amax(axes, keep)),
        Over("ReduceMin", (x, axes, keep) => x.amin(axes, keep)),
        Over("ReduceL2", (x, axes, keep) => x.mul(x).sum(axes, keep).sqrt()),
        Over("ReduceProd", (x, axes, keep) => axes.OrderDescending().Aggregate(x, (left, axis) => left.prod(axis, keep)), isForConstants: true),
    ];

    // Axes were attributes before opset 13 or 18, and are inputs since.
    private static ImportedOperator Over(string name, Func<Tensor, long[], bool, Tensor> function, bool isForConstants = false) => new(name, node =>
    {
        IReadOnlyList<long> shape = node.Shape(0);
        IReadOnlyList<long>? said = node.Has(1) ? node.Integers(1) : node.IntegerList("axes");
        if (said is null or [] && node.Integer("noop_with_empty_axes", 0) != 0)
            return OnnxLayer.Same(node);
        long[] axes = said is null or []
            ? [.. Enumerable.Range(0, shape.Count)]
            : [.. said.Select(axis => (long)NodeShapes.Axis(node, axis, shape.Count)).Distinct().Order()];
        bool keep = node.Integer("keepdims", 1) != 0;
        if (axes.Any(axis => NodeShapes.DependsOnImages(shape[(int)axis])))
            throw node.Refused("combines images");

        long[] given = [.. shape.Select((length, axis) => axes.Contains(axis) ? 1 : length).Where((_, axis) => keep || !axes.Contains(axis))];
        bool isGlobal = name == "ReduceMean" && shape.Count == 4 && axes is [2, 3];
        return new OnnxLayer(given, [0], _ => isGlobal && !keep
            ? new GlobalAveragePool()
            : new Elementwise(name, x => function(x, axes, keep), ("axes", axes), ("keepdims", keep)))
        {
            IsGlobalMean = isGlobal && keep,
            IsForConstants = isForConstants,
        };
    });
}
