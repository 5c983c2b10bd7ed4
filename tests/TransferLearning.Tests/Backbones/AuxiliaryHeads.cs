using TransferLearning.Backbones;
using TransferLearning.Backbones.Layers;

namespace TransferLearning.Tests.Backbones;

/// <summary>The parts of a network that its weights file holds and that no forward pass computes.</summary>
internal static class AuxiliaryHeads
{
    public static Stage Of(Backbone backbone) =>
        new("auxiliary", [.. backbone.Network.named_modules().Where(entry => entry.module is AuxiliaryHead).Select(entry => entry.name)]);
}
