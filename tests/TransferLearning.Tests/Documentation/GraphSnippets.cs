using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Published;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippet of docs/backbones.md about graphs.</summary>
internal static class GraphSnippets
{
    public static void Summarize()
    {
        using Backbone network = BackboneLoader.Open(Pretrained.ResNet18(), outputCount: 4, seed: 1);
        Console.WriteLine(NetworkGraph.Trace(network).Summarize());
    }
}
