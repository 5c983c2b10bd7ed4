using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeEither(FreezePolicy First, FreezePolicy Second) : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) =>
        First.Freezes(name, info, epoch) || Second.Freezes(name, info, epoch);

    protected internal override void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames)
    {
        First.CheckTargets(info, parameterNames);
        Second.CheckTargets(info, parameterNames);
    }
}
