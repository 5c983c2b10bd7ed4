using TransferLearning.Networks;
using TransferLearning.Published;

namespace TransferLearning.Tests.Networks;

/// <summary>Opens built-in networks, timm's own among them, for images of a side; weights are as they are built.</summary>
internal static class BuiltForSide
{
    /// <summary>A network for images of that side or, where it takes none, of the nearest that it takes: its preprocessing says which.</summary>
    public static PretrainedBackbone Find(string name, int side)
    {
        CatalogEntry entry = BuiltInNetworks.Find(name)!;
        PretrainedBackbone wanted = At(entry, entry.Info.Sides.Largest is null ? Math.Max(side, entry.Info.Sides.Smallest) : side);
        return wanted.Info.Sides.Largest is int only ? At(entry, only) : wanted;
    }

    public static Backbone Open(string name, int side)
    {
        PretrainedBackbone pretrained = Find(name, side);
        return new Backbone(pretrained.Build(), pretrained.Info);
    }

    /// <summary>The side of the images that a network was published for.</summary>
    public static int OwnSide(string name)
    {
        CatalogEntry entry = BuiltInNetworks.Find(name)!;
        return entry.Weights.Count > 0 ? entry.Weights[^1].Preprocessing.CropTo : entry.Info.Preprocessing.CropTo;
    }

    private static PretrainedBackbone At(CatalogEntry entry, int side) =>
        entry.At(entry.Info.Preprocessing with { ResizeTo = side, CropTo = side }) with { Weights = new WeightsSource.AsBuilt() };
}
