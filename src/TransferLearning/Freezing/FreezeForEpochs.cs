using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeForEpochs(FreezePolicy Policy, int Epoch) : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) => epoch < Epoch && Policy.Freezes(name, info, epoch);

    protected internal override void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames) =>
        Policy.CheckTargets(info, parameterNames);
}
