using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Adds a product of two small matrices to a weight.</summary>
/// <remarks>E. J. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021.</remarks>
public sealed class LowRankUpdate : nn.Module<Tensor, Tensor>, IFollowsInputFormat
{
    private readonly Parameter up, down;

    public LowRankUpdate(Tensor weight, int rank)
        : base(nameof(LowRankUpdate))
    {
        long outputs = weight.shape[0];
        up = nn.Parameter(zeros(outputs, rank));
        down = nn.Parameter(rand(rank, weight.numel() / outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor weight) => weight.flatten(1).addmm(up, down).view(weight.shape);
}
