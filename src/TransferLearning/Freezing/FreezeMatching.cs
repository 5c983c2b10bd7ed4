using System.IO.Enumeration;
using TransferLearning.Networks;

namespace TransferLearning.Freezing;

internal sealed record FreezeMatching(string Pattern) : FreezePolicy
{
    public override bool Freezes(string name, BackboneInfo info, int epoch) => Matches(name);

    protected internal override void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames)
    {
        if (!parameterNames.Any(Matches))
            throw new ArgumentException($"Freeze pattern '{Pattern}' matches nothing in {info.Name}. {StageNames.Listed(info)}");
    }

    private bool Matches(string name) => FileSystemName.MatchesSimpleExpression(Pattern, name, ignoreCase: false);
}
