using TransferLearning.Backbones;

namespace TransferLearning.Tests.Backbones;

/// <summary>Opens built-in networks for pictures of a side: one whose weights count positions is built for the side of its weights.</summary>
internal static class BuiltForSide
{
    /// <summary>With the default weights or, where those are for another side only, with the first that are for this one.</summary>
    public static PretrainedBackbone Open(string name, int side)
    {
        PretrainedBackbone byDefault = Pretrained.ByName(name);
        if (byDefault.Info.OnlySide is null || byDefault.Info.OnlySide == side)
            return byDefault;

        PublishedWeights weights = TorchvisionWeights.Of(name).First(published => published.Preprocessing.CropTo == side);
        return Pretrained.ByName(name, weights.Version);
    }
}
