using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Exporting;

// Attention, and how tokens are cut out of maps. What depends on weights alone stays nodes, which a runtime computes once, when it loads the file: so
// that the file holds the network's own parameters.
internal static partial class OnnxOperators
{
    private static string EmbedTokens(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        string classTokens = RepeatForEachImage(graph, inputs[1], inputs[0], rank: 3);
        return graph.Add("Add", [graph.Add("Concat", [classTokens, inputs[0]], ("axis", 1L)), inputs[2]]);
    }

    /// <summary>A value that is one for all images, as often as there are images in a batch.</summary>
    private static string RepeatForEachImage(OnnxGraphBuilder graph, string value, string batch, int rank)
    {
        string images = graph.Add("Shape", [batch], ("start", 0L), ("end", 1L));
        string shape = graph.Add("Concat", [images, graph.Integers([.. Enumerable.Repeat(1L, rank - 1)])], ("axis", 0L));
        return graph.Add("Expand", [value, shape]);
    }

    // Four tokens become one, by columns.
    private static string JoinNeighbors(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] shape = FixedShape(graph, node);
        (long height, long width, long channels) = (shape[1] + shape[1] % 2, shape[2] + shape[2] % 2, shape[3]);
        string even = Pad(graph, inputs[0], height - shape[1], width - shape[2]);
        string cut = Transpose(graph, Reshape(graph, even, -1, height / 2, 2, width / 2, 2, channels), 0, 1, 3, 4, 2, 5);
        return Reshape(graph, cut, -1, height / 2, width / 2, 4 * channels);
    }

    private static string Partition(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] shape = FixedShape(graph, node);
        long side = Number(node, "side"), channels = shape[1], rows = shape[2] / side, columns = shape[3] / side;
        string groups = Flag(node, "grid")
            ? Transpose(graph, Reshape(graph, inputs[0], -1, channels, side, rows, side, columns), 0, 3, 5, 2, 4, 1)
            : Transpose(graph, Reshape(graph, inputs[0], -1, channels, rows, side, columns, side), 0, 2, 4, 3, 5, 1);
        return Reshape(graph, groups, -1, rows * columns, side * side, channels);
    }

    private static string Departition(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] shape = FixedShape(graph, node);
        long side = Number(node, "side"), rows = (long)Math.Sqrt(shape[1]), channels = shape[3];
        string groups = Reshape(graph, inputs[0], -1, rows, rows, side, side, channels);
        string maps = Flag(node, "grid") ? Transpose(graph, groups, 0, 5, 3, 1, 4, 2) : Transpose(graph, groups, 0, 5, 1, 3, 2, 4);
        return Reshape(graph, maps, -1, channels, rows * side, rows * side);
    }

    private static string MultiHeadAttention(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long heads = Number(node, "heads"), channels = node.Shape[^1].Length;
        string projected = Linear(graph, inputs[0], graph.Weight(node, "in_proj_weight"), graph.FindWeight(node, "in_proj_bias"), rank: 3);
        (string queries, string keys, string values) = Split(graph, projected, channels, heads);
        string attended = Attend(graph, Scaled(graph, queries, channels / heads), keys, values, channels, scores => scores);
        return Linear(graph, node, attended, "out_proj.", rank: 3);
    }

    // Scores are divided by the root of all channels.
    private static string RelativeAttention(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] shape = FixedShape(graph, node);
        long heads = Number(node, "heads"), tokens = shape[2], channels = shape[3];
        string projected = Linear(graph, node, Reshape(graph, inputs[0], -1, tokens, channels), "to_qkv.", rank: 3);
        (string queries, string keys, string values) = Split(graph, projected, channels, heads);
        string bias = PositionBias(graph, node, graph.Weight(node, "relative_position_bias_table"), tokens, heads);
        string attended = Attend(graph, Scaled(graph, queries, channels), keys, values, channels, scores => graph.Add("Add", [scores, bias]));
        return Reshape(graph, Linear(graph, node, attended, "merge.", rank: 3), -1, shape[1], tokens, channels);
    }

    private static string Windows(OnnxGraphBuilder graph, GraphNode node, string input, bool cosine)
    {
        long[] shape = FixedShape(graph, node);
        long side = Number(node, "side"), tokens = side * side, channels = shape[3];
        (long rows, long columns) = ((shape[1] + side - 1) / side, (shape[2] + side - 1) / side);
        (long height, long width) = (rows * side, columns * side);
        (long down, long right) = (rows > 1 ? Number(node, "shift") : 0, columns > 1 ? Number(node, "shift") : 0);

        string padded = Pad(graph, input, height - shape[1], width - shape[2]);
        string shifted = Roll(graph, Roll(graph, padded, 1, down, height), 2, right, width);
        string cut = Transpose(graph, Reshape(graph, shifted, -1, rows, side, columns, side, channels), 0, 1, 3, 2, 4, 5);
        string? bias = graph.FindWeight(node, "qkv.bias");
        if (cosine && bias is not null)
            bias = graph.Add("Mul", [bias, KeysWithoutBias(graph, channels)]);
        string projected = Linear(graph, Reshape(graph, cut, -1, tokens, channels), graph.Weight(node, "qkv.weight"), bias, rank: 3);

        string attended = cosine ? graph.InFloat32([projected], exact => AttendWindows(exact[0])) : AttendWindows(projected);
        string windows = Reshape(graph, Linear(graph, node, attended, "proj.", rank: 3), -1, rows, columns, side, side, channels);
        string joined = Reshape(graph, Transpose(graph, windows, 0, 1, 3, 2, 4, 5), -1, height, width, channels);
        string back = Roll(graph, Roll(graph, joined, 1, (height - down) % height, height), 2, (width - right) % width, width);
        string rowsKept = height == shape[1] ? back : Slice(graph, back, 1, 0, shape[1]);
        return width == shape[2] ? rowsKept : Slice(graph, rowsKept, 2, 0, shape[2]);

        string AttendWindows(string values3)
        {
            long heads = Number(node, "heads");
            (string queries, string keys, string values) = Split(graph, values3, channels, heads);
            string table = cosine ? DistanceTable(graph, node) : graph.Weight(node, "relative_position_bias_table");
            string positions = PositionBias(graph, node, table, tokens, heads);
            string scaled = cosine ? Cosine(graph, node, queries) : Scaled(graph, queries, channels / heads);
            return Attend(graph, scaled, cosine ? Normalized(graph, keys, axis: -2) : keys, values, channels, scores =>
            {
                if (down + right == 0)
                    return graph.Add("Add", [scores, positions]);
                string together = graph.Add("Add", [positions, Apart(graph, shape, side, Number(node, "shift"), rows * columns)]);
                string byImage = Reshape(graph, scores, -1, rows * columns, heads, tokens, tokens);
                return Reshape(graph, graph.Add("Add", [byImage, together]), -1, heads, tokens, tokens);
            });
        }
    }

    /// <summary>From [groups, tokens, 3 channels]: queries and values [groups, heads, tokens, channels of a head], and keys, turned around.</summary>
    private static (string Queries, string Keys, string Values) Split(OnnxGraphBuilder graph, string projected, long channels, long heads)
    {
        IReadOnlyList<string> parts = graph.AddMany("Split", [projected, graph.Integers(channels, channels, channels)], 3, ("axis", -1L));
        string[] apart = [.. parts.Select(part => Reshape(graph, part, 0, 0, heads, channels / heads))];
        return (Transpose(graph, apart[0], 0, 2, 1, 3), Transpose(graph, apart[1], 0, 2, 3, 1), Transpose(graph, apart[2], 0, 2, 1, 3));
    }

    private static string Attend(
        OnnxGraphBuilder graph, string queries, string keys, string values, long channels, Func<string, string> withBias)
    {
        string weights = graph.Add("Softmax", [withBias(graph.Add("MatMul", [queries, keys]))], ("axis", -1L));
        return Reshape(graph, Transpose(graph, graph.Add("MatMul", [weights, values]), 0, 2, 1, 3), 0, 0, channels);
    }

    private static string Scaled(OnnxGraphBuilder graph, string queries, long channels) =>
        graph.Add("Mul", [queries, graph.Number(1 / Math.Sqrt(channels))]);

    /// <summary>[1, heads, tokens, tokens]: the table's number for each pair of tokens.</summary>
    private static string PositionBias(OnnxGraphBuilder graph, GraphNode node, string table, long tokens, long heads)
    {
        string looked = graph.Add("Gather", [table, graph.Weight(node, "relative_position_index")], ("axis", 0L));
        return Transpose(graph, Reshape(graph, looked, 1, tokens, tokens, heads), 0, 3, 1, 2);
    }

    // [windows, 1, tokens, tokens]
    private static string Apart(OnnxGraphBuilder graph, long[] shape, long side, long shift, long windows)
    {
        using var scope = NewDisposeScope();
        long tokens = side * side;
        Tensor apart = new ShiftedWindows([1, .. shape[1..]], side, shift).Separate(zeros(1, tokens, tokens));
        return graph.Constant(apart.contiguous().data<float>().ToArray(), windows, 1, tokens, tokens);
    }

    private static string KeysWithoutBias(OnnxGraphBuilder graph, long channels) =>
        graph.Constant([.. Enumerable.Range(0, (int)(3 * channels)).Select(index => index / channels == 1 ? 0f : 1f)], 3 * channels);

    private static string Cosine(OnnxGraphBuilder graph, GraphNode node, string queries)
    {
        string scale = graph.Add("Exp", [graph.Add("Min", [graph.Weight(node, "logit_scale"), graph.Number(Math.Log(100))])]);
        return graph.Add("Mul", [Normalized(graph, queries, axis: -1), scale]);
    }

    private static string Normalized(OnnxGraphBuilder graph, string vectors, long axis)
    {
        string length = graph.Add("ReduceL2", [vectors, graph.Integers(axis)], ("keepdims", 1L));
        return graph.Add("Div", [vectors, graph.Add("Max", [length, graph.Number(1e-12)])]);
    }

    private static string DistanceTable(OnnxGraphBuilder graph, GraphNode node)
    {
        string distances = Reshape(graph, graph.Weight(node, "relative_coords_table"), -1, 2);
        string hidden = graph.Add("Relu", [Linear(graph, node, distances, "cpb_mlp.0.", rank: 2)]);
        return graph.Add("Mul", [graph.Add("Sigmoid", [Linear(graph, node, hidden, "cpb_mlp.2.", rank: 2)]), graph.Number(16)]);
    }

    private static string Pad(OnnxGraphBuilder graph, string maps, long below, long right) =>
        below + right == 0 ? maps : graph.Add("Pad", [maps, graph.Integers(0, 0, 0, 0, 0, below, right, 0)]);

    /// <summary>What lies before <paramref name="by"/> comes behind the rest.</summary>
    private static string Roll(OnnxGraphBuilder graph, string maps, long axis, long by, long length) => by == 0
        ? maps
        : graph.Add("Concat", [Slice(graph, maps, axis, by, length), Slice(graph, maps, axis, 0, by)], ("axis", axis));
}
