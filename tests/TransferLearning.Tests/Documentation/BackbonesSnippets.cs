using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

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

    public static PretrainedBackbone OwnHead()
    {
        PretrainedBackbone network = Pretrained.ResNet18().WithHead((features, outputs) => nn.Sequential(
            nn.Linear(features, 256),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(256, outputs)));
        return network;
    }

    public static void Gray()
    {
        using Backbone gray = BackboneLoader.Open(Pretrained.ResNet18().WithChannels(1), outputCount: 4, seed: 1);
    }
}
