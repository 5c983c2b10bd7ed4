using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/backbones.md and docs/extending.md that are about graphs and weights; NetworkGraphTests and IWeightedLayerTests run them.</summary>
internal static class GraphSnippets
{
    public static void Summarize()
    {
        using Backbone network = BackboneLoader.Open(Pretrained.ResNet18(), classes: 4, seed: 1);
        Console.WriteLine(NetworkGraph.Trace(network).Summarize());
    }
}

internal sealed class SmoothRelu() : nn.Module<Tensor, Tensor>(nameof(SmoothRelu)), IGraphLayer
{
    public override Tensor forward(Tensor input) => nn.functional.mish(input);

    public GraphOperation Describe() => new("Mish");
}

internal sealed class LowRankUpdate : nn.Module<Tensor, Tensor>, IFollowsInputFormat
{
    internal readonly Parameter up, down;

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
