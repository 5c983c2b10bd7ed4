namespace TransferLearning.Importing.Operators;

/// <summary>The built-in operators.</summary>
internal static class ImportedOperators
{
    public static IReadOnlyList<IOnnxOperator> BuiltIn { get; } =
    [
        .. ConvolutionOperators.All, .. PoolOperators.All, .. NormOperators.All, .. ActivationOperators.All, .. ElementwiseOperators.All,
        .. ProductOperators.All, .. ViewOperators.All, .. SelectionOperators.All,
        .. ReductionOperators.All, .. ShapeArithmetic.All,
    ];
}

/// <summary>An operator by its name and its plan.</summary>
internal sealed class ImportedOperator(string name, Func<OnnxNode, OnnxLayer> plan) : IOnnxOperator
{
    public string Name => name;

    public OnnxLayer Plan(OnnxNode node) => plan(node);
}

/// <summary>Arithmetic on axes and shapes.</summary>
internal static class NodeShapes
{
    /// <summary>An axis from 0, where negative ones count from the end.</summary>
    public static int Axis(OnnxNode node, long axis, int rank)
    {
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive < rank ? (int)positive : throw node.Refused($"names axis {axis} of a tensor of {rank}");
    }

    /// <summary>The shape of two tensors that stretch over one another.</summary>
    public static long[] Broadcast(OnnxNode node, IReadOnlyList<long> first, IReadOnlyList<long> second)
    {
        var shape = new long[Math.Max(first.Count, second.Count)];
        for (int back = 1; back <= shape.Length; back++)
        {
            long one = back <= first.Count ? first[^back] : 1, other = back <= second.Count ? second[^back] : 1;
            if (one != other && one != 1 && other != 1)
                throw node.Refused($"combines {Text(first)} with {Text(second)}, which do not stretch over one another");
            shape[^back] = one == 1 ? other : one;
        }
        return shape;
    }

    public static long Count(OnnxNode node, IEnumerable<long> shape)
    {
        long count = 1;
        foreach (long length in shape)
        {
            if (length != 0 && count > long.MaxValue / length)
                throw node.Refused("has more values than can be counted");
            count *= length;
        }
        return count;
    }

    /// <summary>Maps, [N, channels, H, W].</summary>
    public static (long Images, long Channels, long Height, long Width) Maps(OnnxNode node) => node.Shape(0) is [var images, var channels, var high, var wide]
        ? (images, channels, high, wide)
        : throw node.Refused($"takes {Text(node.Shape(0))}; only [N, channels, H, W] is supported");

    public static bool DependsOnImages(long length) => length > 0 && length % OnnxNode.ImageCount == 0;

    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(length => length == OnnxNode.ImageCount ? "N" : $"{length}"))}]";
}
