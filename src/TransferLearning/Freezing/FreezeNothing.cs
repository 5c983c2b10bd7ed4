using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeNothing : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) => false;
}
