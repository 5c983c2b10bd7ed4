using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Native;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// Swin Transformer V2: Liu, Hu, Lin, Yao, Xie, Wei, Ning, Cao, Zhang, Dong, Wei and Guo, "Swin Transformer V2: Scaling Up Capacity and
/// Resolution", CVPR 2022 (figure 1). The network of <see cref="SwinTransformer"/> with norms behind the layers and another attention.
/// Field names are torchvision's keys.
/// </summary>
internal static class SwinTransformerV2
{
    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        SwinTransformer.Entry("swin_v2_t", 96, [2, 2, 6, 2], stochasticDepth: 0.2, normFirst: false, Attention),
        SwinTransformer.Entry("swin_v2_s", 96, [2, 2, 18, 2], stochasticDepth: 0.3, normFirst: false, Attention),
        SwinTransformer.Entry("swin_v2_b", 128, [2, 2, 18, 2], stochasticDepth: 0.5, normFirst: false, Attention),
    ];

    private static CosineAttention Attention(long channels, long heads, bool shifted) => new(channels, heads, shifted);

    /// <summary>
    /// Attention by the angle between queries and keys (section 3.2, equation 2), with a number for each pair of tokens that a small
    /// network gives for their distance (section 3.3). Cosines are stretched up to a hundredfold, so they are computed in float32.
    /// </summary>
    private sealed class CosineAttention(long channels, long heads, bool shifted)
        : WindowAttention(nameof(CosineAttention), new KeysWithoutBias(channels), channels, heads, Side, shifted)
    {
        private const int Side = 8;

        private static readonly Scalar _largestLogScale = Math.Log(100);
        private static readonly Scalar _largestBias = 16;

        private readonly Parameter logit_scale = new(zeros(heads, 1, 1));
        private readonly Tensor relative_coords_table = LogarithmicDistances();
        private readonly Chain cpb_mlp = new(Layer.Linear(2, 512), Layer.Relu(), Layer.Linear(512, heads, bias: false));

        private readonly Scalar _rootOfHeadSize = Math.Sqrt(channels / heads);

        private protected override string Operation => "CosineWindowAttention";

        public override long MultiplyAdds(IReadOnlyList<long> output) =>
            base.MultiplyAdds(output)
            + relative_coords_table.numel() / 2 * cpb_mlp.parameters().Where(parameter => parameter.dim() == 2).Sum(parameter => parameter.numel());

        private protected override Tensor BiasTable() =>
            cpb_mlp.call(relative_coords_table).view(-1, Heads).sigmoid().mul(_largestBias);

        private protected override Tensor Attend(Tensor projected, Tensor bias)
        {
            (Tensor queries, Tensor keys, Tensor values) = MultiHeadAttention.Split(projected.to(ScalarType.Float32), Heads);
            Tensor scale = logit_scale.clamp_max(_largestLogScale).exp().mul(_rootOfHeadSize);      // attention divides by that root
            return MultiHeadAttention.Attend(Normalized(queries).mul(scale), Normalized(keys), values, bias).to(projected.dtype);
        }

        private static Tensor Normalized(Tensor vectors) => nn.functional.normalize(vectors, dim: -1);

        // [1, 2 s - 1, 2 s - 1, 2], down and to the right (equation 4): sign(d) log2(1 + |d|) / log2(8), distances d stretched to -8 to 8.
        private static Tensor LogarithmicDistances()
        {
            const int Distances = 2 * Side - 1;
            var values = new float[Distances * Distances * 2];
            for (int i = 0; i < Distances * Distances; i++)
                (values[2 * i], values[2 * i + 1]) = (Logarithmic(i / Distances - Side + 1), Logarithmic(i % Distances - Side + 1));
            return NativeTensor.Of(values, [1, Distances, Distances, 2], ScalarType.Float32, CPU);
        }

        private static float Logarithmic(int distance) =>
            Math.Sign(distance) * MathF.Log2(MathF.Abs(distance * 8f / (Side - 1)) + 1) / 3;
    }

    /// <summary>
    /// Queries, keys and values by one linear layer. A bias on keys would change nothing in ordinary attention; here it would, so it counts as
    /// zero.
    /// </summary>
    private sealed class KeysWithoutBias(long channels) : LinearLayer(Layer.Zeros(3 * channels, channels), new Parameter(zeros(3 * channels)))
    {
        private protected override Tensor EffectiveBias()
        {
            Tensor[] parts = bias!.chunk(3);
            return cat([parts[0], zeros_like(parts[1]), parts[2]]);
        }
    }
}
