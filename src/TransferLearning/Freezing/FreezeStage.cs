using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeStage(string Name) : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) => info.StageOf(name).Name == Name;

    protected internal override void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames) =>
        StageNames.RequireKnown(Name, info);
}
