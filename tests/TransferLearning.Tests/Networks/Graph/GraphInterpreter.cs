using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Graph;

/// <summary>Computes logits from a graph alone: its operations, attributes and tensors, and plain functions of TorchSharp's.</summary>
internal static class GraphInterpreter
{
    public static Tensor Compute(NetworkGraph graph, Tensor images)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<GraphNode, Tensor> outputs = [];
        Dictionary<GraphNode, int> uses = graph.Edges.CountBy(edge => edge.From).ToDictionary();
        foreach (GraphNode node in graph.Nodes)
        {
            Tensor[] inputs = [.. node.Inputs.Select(input => outputs[input])];
            outputs[node] = node == graph.Input ? images.alias() : Scoped(() => Compute(node, inputs));
            foreach (GraphNode input in node.Inputs.Where(input => --uses[input] == 0))
                outputs[input].Dispose();
        }
        return outputs[graph.Output].MoveToOuterDisposeScope();
    }

    private static Tensor Scoped(Func<Tensor> compute)
    {
        using var scope = NewDisposeScope();
        return compute().alias().MoveToOuterDisposeScope();
    }

    private static Tensor Compute(GraphNode node, Tensor[] inputs)
    {
        Dictionary<string, Tensor> tensors = node.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Read());
        Tensor? bias = tensors.GetValueOrDefault("bias");
        Tensor x = inputs.Length == 0 ? tensors["value"] : inputs[0];
        return node.Operation.Name switch
        {
            "Parameter" or "Identity" or "Dropout" or "StochasticDepth" => x,
            "Add" => x.add(inputs[1]),
            "Multiply" => x.mul(inputs[1]),
            "Concatenate" => cat(inputs, Number("axis")),
            "Narrow" => x.narrow(Number("axis"), Number("start"), Number("length")),
            "Select" => x.select(Number("axis"), Number("index")),
            "Permute" => x.permute(Numbers("axes")),
            "Flatten" => x.flatten(Number("start"), Number("end")),
            "Linear" => nn.functional.linear(x, tensors["weight"], bias),
            "Convolution" => Convolution(),
            "BatchNormalization" => nn.functional.batch_norm(x, tensors["running_mean"], tensors["running_var"], tensors["weight"], bias, training: false, eps: Real("epsilon")),
            "LayerNormalization" when Number("axis") == 1 => LayerNormalization(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
            "LayerNormalization" => LayerNormalization(x),
            "Relu" => nn.functional.relu(x),
            "Relu6" => nn.functional.relu6(x),
            "Silu" => nn.functional.silu(x),
            "Gelu" => nn.functional.gelu(x),
            "Hardswish" => nn.functional.hardswish(x),
            "Hardsigmoid" => nn.functional.hardsigmoid(x),
            "Sigmoid" => x.sigmoid(),
            "Tanh" => x.tanh(),
            "MaxPool" => nn.functional.max_pool2d(x, Numbers("kernel"), Numbers("stride"), Numbers("padding"), Numbers("dilation"), Flag("ceil")),
            "AveragePool" => nn.functional.avg_pool2d(x, Numbers("kernel"), Numbers("stride"), Numbers("padding"), Flag("ceil"), Flag("countPadding")),
            "AdaptiveAveragePool" => nn.functional.adaptive_avg_pool2d(x, Numbers("size")),
            "GlobalAveragePool" => nn.functional.adaptive_avg_pool2d(x, 1).flatten(1),
            "ChannelShuffle" => cat(inputs, 1).view(x.shape[0], 2, x.shape[1], x.shape[2], x.shape[3]).transpose(1, 2).flatten(1, 2),
            "EmbedTokens" => cat([inputs[1].expand(x.shape[0], -1, -1), x], 1).add(inputs[2]),
            "JoinNeighbors" => JoinNeighbors(),
            "Partition" => Partition(),
            "Departition" => Departition(),
            "MultiHeadAttention" => AttentionInterpreter.MultiHead(x, tensors, Number("heads")),
            "RelativeAttention" => AttentionInterpreter.Relative(x, tensors, Number("heads")),
            "WindowAttention" => AttentionInterpreter.Windows(x, tensors, Number("heads"), Number("side"), Number("shift"), cosine: false),
            "CosineWindowAttention" => AttentionInterpreter.Windows(x, tensors, Number("heads"), Number("side"), Number("shift"), cosine: true),
            string other => throw new NotSupportedException($"'{node.Name}': {other}"),
        };

        object Attribute(string name) => node.Operation.Attributes[name];

        long Number(string name) => (long)Attribute(name);

        double Real(string name) => (double)Attribute(name);

        bool Flag(string name) => (bool)Attribute(name);

        long[] Numbers(string name) => (long[])Attribute(name);

        Tensor LayerNormalization(Tensor last) => nn.functional.layer_norm(last, [.. tensors["weight"].shape], tensors["weight"], bias, Real("epsilon"));

        // TensorFlow's "SAME": ceil(size / stride) outputs, and an odd row or column of padding below or to the right.
        Tensor Convolution()
        {
            Tensor weight = tensors["weight"];
            long[] stride = Numbers("stride"), dilation = Numbers("dilation");
            if (Attribute("padding") is long[] padding)
                return nn.functional.conv2d(x, weight, bias, stride, padding, dilation, Number("groups"));

            Assert.Equal("same_upper", Attribute("padding"));
            long Missing(int axis) => Math.Max(0, ((x.shape[2 + axis] - 1) / stride[axis] * stride[axis]) + weight.shape[2 + axis] - x.shape[2 + axis]);
            (long rows, long columns) = (Missing(0), Missing(1));
            Tensor padded = nn.functional.pad(x, [columns / 2, columns - columns / 2, rows / 2, rows - rows / 2]);
            return nn.functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, Number("groups"));
        }

        // Four tokens become one: above left, below left, above right, below right.
        Tensor JoinNeighbors()
        {
            Tensor even = nn.functional.pad(x, [0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2]);
            Tensor Every(long row, long column) => even.slice(1, row, even.shape[1], 2).slice(2, column, even.shape[2], 2);
            return cat([Every(0, 0), Every(1, 0), Every(0, 1), Every(1, 1)], -1);
        }

        Tensor Partition()
        {
            (long side, long channels, long rows, long columns) = (Number("side"), x.shape[1], x.shape[2] / Number("side"), x.shape[3] / Number("side"));
            return Flag("grid")
                ? x.view(x.shape[0], channels, side, rows, side, columns).permute(0, 3, 5, 2, 4, 1).reshape(x.shape[0], rows * columns, side * side, channels)
                : x.view(x.shape[0], channels, rows, side, columns, side).permute(0, 2, 4, 3, 5, 1).reshape(x.shape[0], rows * columns, side * side, channels);
        }

        Tensor Departition()
        {
            long side = Number("side"), rows = (long)Math.Sqrt(x.shape[1]);
            Tensor split = x.view(x.shape[0], rows, rows, side, side, x.shape[3]);
            return (Flag("grid") ? split.permute(0, 5, 3, 1, 4, 2) : split.permute(0, 5, 1, 3, 2, 4)).reshape(x.shape[0], x.shape[3], rows * side, rows * side);
        }
    }
}
