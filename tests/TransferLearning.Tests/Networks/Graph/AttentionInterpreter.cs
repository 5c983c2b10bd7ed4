using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Graph;

/// <summary>The attentions of the built-in networks, written out from the formulas of their papers.</summary>
internal static class AttentionInterpreter
{
    /// <summary>ViT: softmax(Q Kᵀ / √d) V over [N, tokens, channels].</summary>
    public static Tensor MultiHead(Tensor x, Dictionary<string, Tensor> tensors, long heads)
    {
        (Tensor queries, Tensor keys, Tensor values) = Split(nn.functional.linear(x, tensors["in_proj_weight"], tensors["in_proj_bias"]), heads);
        Tensor attended = Attend(queries.div(Math.Sqrt(queries.shape[^1])), keys, values, bias: null);
        return nn.functional.linear(attended, tensors["out_proj.weight"], tensors["out_proj.bias"]);
    }

    /// <summary>MaxViT: scores by the root of all channels, and a number for how tokens lie, over [N, groups, tokens, channels].</summary>
    public static Tensor Relative(Tensor x, Dictionary<string, Tensor> tensors, long heads)
    {
        (Tensor queries, Tensor keys, Tensor values) = Split(nn.functional.linear(x.flatten(0, 1), tensors["to_qkv.weight"], tensors["to_qkv.bias"]), heads);
        Tensor bias = Looked(tensors["relative_position_bias_table"], tensors["relative_position_index"]);
        Tensor attended = Attend(queries.div(Math.Sqrt(x.shape[^1])), keys, values, bias);
        return nn.functional.linear(attended, tensors["merge.weight"], tensors["merge.bias"]).view(x.shape);
    }

    /// <summary>Swin: attention within windows, shifted around the edges along an axis that has more than one, over [N, H, W, channels].</summary>
    public static Tensor Windows(Tensor x, Dictionary<string, Tensor> tensors, long heads, long side, long shift, bool cosine)
    {
        (long images, long height, long width, long channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        (long rows, long columns) = ((height + side - 1) / side, (width + side - 1) / side);
        (long down, long right) = (rows > 1 ? shift : 0, columns > 1 ? shift : 0);
        Tensor padded = nn.functional.pad(x, [0, 0, 0, columns * side - width, 0, rows * side - height]).roll([-down, -right], [1, 2]);

        Tensor keyBias = cosine ? zeros(channels) : tensors["qkv.bias"].narrow(0, channels, channels);
        Tensor projectionBias = cat([tensors["qkv.bias"].narrow(0, 0, channels), keyBias, tensors["qkv.bias"].narrow(0, 2 * channels, channels)]);
        (Tensor queries, Tensor keys, Tensor values) = Split(nn.functional.linear(Cut(padded), tensors["qkv.weight"], projectionBias), heads);
        Tensor bias = Looked(cosine ? DistanceTable(tensors) : tensors["relative_position_bias_table"], tensors["relative_position_index"]);
        Tensor apart = Cut(Wrapped().expand(images, -1, -1, -1));                                 // [N * windows, tokens, 1]
        bias = bias.unsqueeze(0).add(apart.ne(apart.transpose(1, 2)).to(ScalarType.Float32).mul(-100).unsqueeze(1));

        Tensor scaled = cosine
            ? nn.functional.normalize(queries, dim: -1).mul(tensors["logit_scale"].clamp_max(Math.Log(100)).exp())
            : queries.div(Math.Sqrt(queries.shape[^1]));
        Tensor attended = Attend(scaled, cosine ? nn.functional.normalize(keys, dim: -1) : keys, values, bias);
        Tensor projected = nn.functional.linear(attended, tensors["proj.weight"], tensors["proj.bias"]);
        Tensor joined = projected.view(images, rows, columns, side, side, channels).transpose(2, 3).reshape(images, rows * side, columns * side, channels);
        return joined.roll([down, right], [1, 2]).narrow(1, 0, height).narrow(2, 0, width);

        Tensor Cut(Tensor maps) =>
            maps.reshape(images, rows, side, columns, side, maps.shape[3]).transpose(2, 3).reshape(-1, side * side, maps.shape[3]);

        // What came around the lower edge, the right one, both or none.
        Tensor Wrapped()
        {
            Tensor fromBelow = arange(rows * side).ge(rows * side - down).to(ScalarType.Int32).view(1, -1, 1, 1);
            Tensor fromRight = arange(columns * side).ge(columns * side - right).to(ScalarType.Int32).view(1, 1, -1, 1);
            return fromBelow.mul(2).add(fromRight);
        }
    }

    private static Tensor DistanceTable(Dictionary<string, Tensor> tensors)
    {
        Tensor hidden = nn.functional.relu(nn.functional.linear(tensors["relative_coords_table"].view(-1, 2), tensors["cpb_mlp.0.weight"], tensors["cpb_mlp.0.bias"]));
        return nn.functional.linear(hidden, tensors["cpb_mlp.2.weight"]).sigmoid().mul(16);
    }

    private static Tensor Looked(Tensor table, Tensor index)
    {
        long tokens = (long)Math.Sqrt(index.numel());
        return table.index_select(0, index.flatten()).view(tokens, tokens, -1).permute(2, 0, 1);
    }

    // [groups, tokens, 3 channels] to three of [groups, heads, tokens, channels of a head].
    private static (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor projected, long heads)
    {
        Tensor[] parts = projected.chunk(3, -1);
        Tensor Heads(Tensor part) => part.view(part.shape[0], part.shape[1], heads, -1).transpose(1, 2);
        return (Heads(parts[0]), Heads(parts[1]), Heads(parts[2]));
    }

    private static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        Tensor scores = queries.matmul(keys.transpose(-2, -1));
        return (bias is null ? scores : scores.add(bias)).softmax(-1).matmul(values).transpose(1, 2).flatten(2);
    }
}
