using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeBackbone : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) => !info.IsHead(name);
}
