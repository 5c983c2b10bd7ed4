using TransferLearning.Networks;
using TransferLearning.Networks.Layers;

namespace TransferLearning.Tests.Networks;

/// <summary>The parts of a network that its weights file holds and that no forward pass computes.</summary>
internal static class AuxiliaryHeads
{
    public static Stage Of(Backbone backbone) =>
        new("auxiliary", [.. backbone.Network.named_modules().Where(entry => entry.module is AuxiliaryHead).Select(entry => entry.name)]);
}
