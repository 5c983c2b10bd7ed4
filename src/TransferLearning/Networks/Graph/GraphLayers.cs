using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>What layers compute: those that say so themselves, and TorchSharp's own, which cannot.</summary>
internal static class GraphLayers
{
    /// <summary>The operation of a layer; one that is not in the table is named after its type, without attributes.</summary>
    public static GraphOperation Describe(nn.Module layer) => layer switch
    {
        IGraphLayer own => own.Describe(),
        Convolution convolution => Describe(convolution),
        Linear => new("Linear"),
        BatchNorm norm => new("BatchNormalization", ("epsilon", norm.eps)),
        LayerNorm norm => new("LayerNormalization", ("axis", -norm.normalized_shape.LongLength), ("epsilon", norm.eps)),
        ReLU activation => new("Relu") { IsInPlace = activation.inplace },
        ReLU6 activation => new("Relu6") { IsInPlace = activation.inplace },
        SiLU activation => new("Silu") { IsInPlace = activation.inplace },
        Hardswish activation => new("Hardswish") { IsInPlace = activation.inplace },
        Hardsigmoid activation => new("Hardsigmoid") { IsInPlace = activation.inplace },
        GELU activation => new("Gelu", ("approximate", activation.approximate == GELU.Approximate.tanh)) { IsInPlace = activation.inplace },
        Sigmoid => new("Sigmoid"),
        Tanh => new("Tanh"),
        MaxPool2d pool => new("MaxPool",
            ("kernel", pool.kernel_size), ("stride", pool.stride ?? pool.kernel_size), ("padding", pool.padding ?? [0L]),
            ("dilation", pool.dilation ?? [1L]), ("ceil", pool.ceil_mode)),
        AvgPool2d pool => new("AveragePool",
        [
            ("kernel", pool.kernel_size), ("stride", pool.stride ?? pool.kernel_size), ("padding", pool.padding ?? [0L]),
            ("ceil", pool.ceil_mode), ("countPadding", pool.count_include_pad),
            .. pool.divisor_override is > 0 and var divisor ? [("divisor", (object)divisor)] : Array.Empty<(string, object)>(),
        ]),
        AdaptiveAvgPool2d pool => new("AdaptiveAveragePool", ("size", pool.output_size)),
        Flatten flatten => new("Flatten", ("start", flatten.start_dim), ("end", flatten.end_dim)),
        Dropout dropout => new("Dropout", ("probability", dropout.p)) { IsInPlace = dropout.inplace },
        Identity => new("Identity"),
        _ => new(layer.GetType().Name), // its native name is not to be had of a script module
    };

    /// <summary>As <see cref="IGraphLayer.MultiplyAdds"/>.</summary>
    public static long MultiplyAdds(nn.Module layer, IReadOnlyList<long> output) => layer switch
    {
        IGraphLayer own => own.MultiplyAdds(output),
        Linear linear => IWeightedLayer.MultiplyAddsOf(linear.weight, output),
        Convolution convolution => IWeightedLayer.MultiplyAddsOf(convolution.weight, output),
        _ => 0,
    };

    private static GraphOperation Describe(Convolution convolution)
    {
        object padding = convolution.padding
            ?? (convolution.padding_type == TorchSharp.Padding.Valid ? (object)Array.ConvertAll(convolution.kernel_size, _ => 0L) : "same");
        return new GraphOperation(
            convolution.transposed ? "TransposedConvolution" : "Convolution",
            [
                ("stride", convolution.stride), ("padding", padding), ("dilation", convolution.dilation), ("groups", convolution.groups),
                .. convolution.transposed ? [("outputPadding", convolution.output_padding)] : Array.Empty<(string, object)>(),
                .. convolution.padding_mode == TorchSharp.PaddingModes.Zeros
                    ? Array.Empty<(string, object)>()
                    : [("paddingMode", convolution.padding_mode.ToString().ToLowerInvariant())],
            ]);
    }
}
