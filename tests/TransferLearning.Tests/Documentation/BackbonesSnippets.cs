using TransferLearning.Networks;
using TransferLearning.Published;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/backbones.md.</summary>
internal static class BackbonesSnippets
{
    public static PretrainedBackbone Choose()
    {
        PublishedBackbone choice = Pretrained.Catalog
            .Where(weights => weights.Megabytes < 50 && weights.Gflops < 1 && weights.License != "CC-BY-NC-4.0")
            .MaxBy(weights => weights.Top1Accuracy)!;
        PretrainedBackbone network = Pretrained.ByName(choice.Name, choice.Weights);
        return network;
    }

    public static void Gray()
    {
        using Backbone grey = BackboneLoader.Open(Pretrained.ResNet18().WithChannels(1), outputCount: 4, seed: 1);
    }
}
