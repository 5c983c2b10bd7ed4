using System.IO.Enumeration;
using TransferLearning.Internal;
using TransferLearning.Networks;

namespace TransferLearning;

/// <summary>Which parameters are frozen, and until which epoch: a pure function of a parameter's name, its stage and the epoch.</summary>
/// <remarks>Immutable and thread-safe. Derive from it for a custom rule.</remarks>
public abstract record FreezePolicy
{
    /// <summary>Nothing is frozen.</summary>
    public static FreezePolicy Nothing { get; } = new FreezeNothing();

    /// <summary>Everything but the head is frozen.</summary>
    public static FreezePolicy Backbone { get; } = new FreezeBackbone();

    /// <summary>Gradual unfreezing: the head alone at first, and every few epochs one stage more, from the head down.</summary>
    /// <remarks>J. Howard and S. Ruder, "Universal Language Model Fine-tuning for Text Classification", ACL 2018.</remarks>
    /// <param name="epochsPerStage">The number of epochs between two stages; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochsPerStage"/> is below 1.</exception>
    public static FreezePolicy Gradual(int epochsPerStage = 1) => new FreezeGradually(Require.AtLeast(1, epochsPerStage));

    /// <summary>Freezes whole stages.</summary>
    /// <param name="names">The stages' names, such as "stem" and "layer1"; at least one.</param>
    /// <exception cref="ArgumentException">No name is given, or a blank one.</exception>
    public static FreezePolicy Stages(params string[] names) => UnionOver(names, "stage", name => new FreezeStage(name, AndAllBefore: false));

    /// <summary>Freezes one stage and all before it.</summary>
    /// <param name="stage">The last frozen stage's name, such as "layer2".</param>
    /// <exception cref="ArgumentException"><paramref name="stage"/> is blank.</exception>
    public static FreezePolicy UpTo(string stage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stage);
        return new FreezeStage(stage, AndAllBefore: true);
    }

    /// <summary>Freezes parameters by their full names.</summary>
    /// <param name="globPatterns">Such as "layer1.*" or "*.bn?.bias": '*' stands for any run of characters, '?' for one, and the whole name must match; at
    /// least one.</param>
    /// <exception cref="ArgumentException">No pattern is given, or a blank one.</exception>
    public static FreezePolicy Matching(params string[] globPatterns) => UnionOver(globPatterns, "pattern", pattern => new FreezeMatching(pattern));

    /// <summary>Limits this policy to the first epochs; after them it freezes nothing.</summary>
    /// <param name="epochs">The number of epochs; at least 1. 3 freezes in epochs 1, 2 and 3.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is below 1.</exception>
    public FreezePolicy ForEpochs(int epochs) => new FreezeForEpochs(this, Require.AtLeast(1, epochs));

    /// <summary>A milestone: from an epoch on, this policy no longer freezes a stage and all after it. Several milestones add up.</summary>
    /// <param name="fromStage">The first stage that is unfrozen, such as "layer4".</param>
    /// <param name="atEpoch">The epoch from which on it is trained; at least 1.</param>
    /// <exception cref="ArgumentException"><paramref name="fromStage"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atEpoch"/> is below 1.</exception>
    public FreezePolicy Unfreeze(string fromStage, int atEpoch)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fromStage);
        return new FreezeUntilMilestone(this, fromStage, Require.AtLeast(1, atEpoch));
    }

    /// <summary>Combines this policy with another: a parameter is frozen if either policy freezes it.</summary>
    /// <param name="other">The other policy.</param>
    public FreezePolicy And(FreezePolicy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new FreezeEither(this, other);
    }

    /// <summary>Whether a parameter is frozen in an epoch.</summary>
    /// <param name="name">The parameter's full name, such as "layer1.0.conv1.weight".</param>
    /// <param name="info">The network's metadata.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public abstract bool Freezes(string name, BackboneInfo info, int epoch);

    /// <summary>Names in this policy that the network does not have; checked by <see cref="TrainerBuilder.Build"/>, before weights are downloaded.</summary>
    /// <param name="info">The network's metadata.</param>
    /// <param name="parameterNames">The full names of all its parameters. Enumerate it only if needed: that builds the network.</param>
    /// <returns>One sentence per problem; empty by default.</returns>
    public virtual IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames) => [];

    // One record per name rather than one list: records compare arrays by reference, so equal policies would differ.
    private static FreezePolicy UnionOver(string[] names, string kind, Func<string, FreezePolicy> freeze)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Length == 0)
            throw new ArgumentException($"Name at least one {kind} to freeze, or use {nameof(FreezePolicy)}.{nameof(Nothing)}.", nameof(names));
        foreach (string name in names)
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
        return names.Select(freeze).Aggregate((first, second) => first.And(second));
    }

    private static string[] StageNames(BackboneInfo info) => [.. info.Stages.Select(stage => stage.Name)];

    private static int PositionOf(string stage, BackboneInfo info) => info.Stages.TakeWhile(other => other.Name != stage).Count();

    private static int PositionOfParameter(string name, BackboneInfo info) => PositionOf(info.StageOf(name).Name, info);

    private static IEnumerable<string> FindStageProblems(string stage, BackboneInfo info)
    {
        if (PositionOf(stage, info) == info.Stages.Count)
            yield return $"Freeze stage '{stage}' is not a stage of {info.Name}. {NearestName.Question(stage, StageNames(info))}{Listed(info)}";
    }

    private static string Listed(BackboneInfo info) => $"Stages: {string.Join(", ", StageNames(info))}.";

    private sealed record FreezeNothing : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => false;
    }

    private sealed record FreezeBackbone : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => !info.IsHead(name);
    }

    private sealed record FreezeStage(string Stage, bool AndAllBefore) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch)
        {
            int difference = PositionOfParameter(name, info) - PositionOf(Stage, info);
            return AndAllBefore ? difference <= 0 : difference == 0;
        }

        public override IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames) => FindStageProblems(Stage, info);
    }

    private sealed record FreezeGradually(int EpochsPerStage) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch)
        {
            int stagesToHead = info.Stages.Count - 1 - PositionOfParameter(name, info);
            return epoch <= (long)EpochsPerStage * stagesToHead;
        }
    }

    private sealed record FreezeUntilMilestone(FreezePolicy Policy, string FromStage, int AtEpoch) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) =>
            Policy.Freezes(name, info, epoch) && (epoch < AtEpoch || PositionOfParameter(name, info) < PositionOf(FromStage, info));

        public override IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames) =>
            Policy.FindProblems(info, parameterNames).Concat(FindStageProblems(FromStage, info));
    }

    private sealed record FreezeMatching(string Pattern) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => Matches(Pattern, name);

        public override IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames)
        {
            if (!parameterNames.Any(name => Matches(Pattern, name)))
                yield return $"Freeze pattern '{Pattern}' matches nothing in {info.Name}. {Suggestion(parameterNames)}{Listed(info)}";
        }

        private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

        // Most patterns start with a module's name and are mistyped there.
        private string Suggestion(IEnumerable<string> parameterNames)
        {
            string behind = Pattern[(Pattern.IndexOf('.') is >= 0 and int dot ? dot : Pattern.Length)..];
            IEnumerable<string> patterns = parameterNames.Select(name => name.Split('.')[0] + behind).Distinct();
            return NearestName.Question(Pattern, [.. patterns.Where(pattern => parameterNames.Any(name => Matches(pattern, name)))]);
        }
    }

    private sealed record FreezeForEpochs(FreezePolicy Policy, int Epochs) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => epoch <= Epochs && Policy.Freezes(name, info, epoch);

        public override IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames) => Policy.FindProblems(info, parameterNames);
    }

    private sealed record FreezeEither(FreezePolicy First, FreezePolicy Second) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) =>
            First.Freezes(name, info, epoch) || Second.Freezes(name, info, epoch);

        public override IEnumerable<string> FindProblems(BackboneInfo info, IEnumerable<string> parameterNames) =>
            First.FindProblems(info, parameterNames).Concat(Second.FindProblems(info, parameterNames));
    }
}
