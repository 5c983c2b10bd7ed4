using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Each token gathers from all others what its heads ask for: softmax(Q Kᵀ / √d) V for each head, with Q, K and V by one linear layer.
/// Field names are PyTorch's keys.
/// </summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IWeightedLayer
{
    private Parameter in_proj_weight;
    private Parameter? in_proj_bias;
    private readonly LinearLayer out_proj;
    private nn.Module<Tensor, Tensor>? parametrization;

    private readonly long _heads;

    public SelfAttention(long width, int heads) : base(nameof(SelfAttention))
    {
        in_proj_weight = Layer.Zeros(3 * width, width);
        in_proj_bias = new Parameter(zeros(3 * width));
        out_proj = Layer.Linear(width, width);
        _heads = heads;
        RegisterComponents();
    }

    public Parameter Weight
    {
        get => in_proj_weight;
        set => ConditionallyRegisterParameter(nameof(in_proj_weight), in_proj_weight = IWeightedLayer.Exchange(in_proj_weight, value));
    }

    public Parameter? Bias
    {
        get => in_proj_bias;
        set => ConditionallyRegisterParameter(nameof(in_proj_bias), in_proj_bias = IWeightedLayer.Exchange(in_proj_bias, value));
    }

    public nn.Module<Tensor, Tensor>? Parametrization
    {
        get => parametrization;
        set => IWeightedLayer.Register(this, parametrization = value);
    }

    /// <param name="tokens">[N, tokens, width]; borrowed.</param>
    /// <returns>[N, tokens, width]; the caller disposes it.</returns>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        Tensor weight = ((IWeightedLayer)this).EffectiveWeight.to(tokens.dtype);
        Tensor projected = nn.functional.linear(tokens, weight, in_proj_bias?.to(tokens.dtype));                // [N, tokens, 3 width]
        (Tensor queries, Tensor keys, Tensor values) = MultiHeadAttention.Split(projected, _heads);
        return out_proj.call(MultiHeadAttention.Attend(queries, keys, values)).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new("MultiHeadAttention", ("heads", _heads));

    // Every token is compared with every other, and gathers from it.
    public long MultiplyAdds(IReadOnlyList<long> output) =>
        output[0] * output[1] * (in_proj_weight.numel() + out_proj.Weight.numel() + 2 * output[1] * output[2]);
}
