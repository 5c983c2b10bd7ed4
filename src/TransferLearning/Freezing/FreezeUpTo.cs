using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeUpTo(string Last) : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) =>
        StageNames.IndexOf(info.StageOf(name).Name, info) <= StageNames.IndexOf(Last, info);

    protected internal override void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames) =>
        StageNames.RequireKnown(Last, info);
}
