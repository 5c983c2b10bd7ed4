using Extending;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/extending.md; <see cref="ExtendingTests"/> runs them.</summary>
internal static class ExtendingSnippets
{
    public static void Augment(TrainerBuilder builder)
    {
        builder.Augment(images => images.RandomResizedCrop(224).Then(new RandomGray(probability: 0.1)));
    }

    public static PretrainedBackbone OwnNetwork()
    {
        PretrainedBackbone mine = Pretrained.From(
            () => new SmallNetwork(),
            new BackboneInfo
            {
                Name = "small_network",
                Stages = [new Stage("stem", "features"), new Stage("head", "classifier")],
                Head = "classifier",
                FeatureSize = 16,
                Preprocessing = new Preprocessing { ResizeTo = 36, CropTo = 32 },
            });
        return mine;
    }

    public static PretrainedBackbone TorchScript()
    {
        PretrainedBackbone scripted = Pretrained.FromTorchScript("mine.pt", featureSize: 512);
        return scripted;
    }
}
