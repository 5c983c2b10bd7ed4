using TransferLearning.Freezing;
using TransferLearning.Networks;

namespace TransferLearning;

/// <summary>Which parameters are frozen, and until when: a pure function of a parameter's name, its stage and the epoch.</summary>
public abstract record FreezePolicy
{
    /// <summary>Everything learns.</summary>
    public static FreezePolicy Nothing { get; } = new FreezeNothing();

    /// <summary>Everything but the head is frozen.</summary>
    public static FreezePolicy Backbone { get; } = new FreezeBackbone();

    /// <summary>Freezes whole stages.</summary>
    /// <param name="names">The stages' names, such as "stem" and "layer1"; at least one.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">No name is given, or a blank one.</exception>
    public static FreezePolicy Stages(params string[] names) => UnionOver(names, "stage", name => new FreezeStage(name));

    /// <summary>Freezes one stage and all before it.</summary>
    /// <param name="stage">The last frozen stage's name, such as "layer2".</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException"><paramref name="stage"/> is blank.</exception>
    public static FreezePolicy UpTo(string stage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stage);
        return new FreezeUpTo(stage);
    }

    /// <summary>Freezes parameters by their full names.</summary>
    /// <param name="globPatterns">Such as "layer1.*" or "*.bn?.bias": '*' stands for any run of characters, '?' for one, and the whole name must match; at least one.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">No pattern is given, or a blank one.</exception>
    public static FreezePolicy Matching(params string[] globPatterns) =>
        UnionOver(globPatterns, "pattern", pattern => new FreezeMatching(pattern));

    /// <summary>Limits this policy to the first epochs: it holds in epochs 0 to <paramref name="epoch"/> - 1, then nothing of it does.</summary>
    /// <param name="epoch">The first epoch that is free of it; at least 1.</param>
    /// <returns>The limited policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is below 1.</exception>
    public FreezePolicy ForEpochs(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        return new FreezeForEpochs(this, epoch);
    }

    /// <summary>Adds another policy: frozen is what either freezes.</summary>
    /// <param name="other">The other policy.</param>
    /// <returns>The union.</returns>
    public FreezePolicy And(FreezePolicy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new FreezeEither(this, other);
    }

    /// <summary>Whether a parameter is frozen in an epoch.</summary>
    /// <param name="name">The parameter's full name, such as "layer1.0.conv1.weight".</param>
    /// <param name="info">The network's metadata.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns>True where it is frozen.</returns>
    public abstract bool Freezes(string name, BackboneInfo info, int epoch);

    /// <summary>Checks that the policy fits a network: all it names exists, and something is left to train in the first epoch.</summary>
    /// <param name="info">The network's metadata.</param>
    /// <param name="parameterNames">The full names of all its parameters.</param>
    /// <exception cref="ArgumentException">A stage is unknown, a pattern matches nothing, or all parameters are frozen.</exception>
    public void Validate(BackboneInfo info, IReadOnlyCollection<string> parameterNames)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(parameterNames);

        CheckTargets(info, parameterNames);
        if (parameterNames.All(name => Freezes(name, info, epoch: 0)))
            throw new ArgumentException($"The freeze policy leaves nothing of {info.Name} to train in epoch 0. Free at least the head, '{info.Head}'.");
    }

    /// <summary>Checks that everything this policy names exists; the base names nothing.</summary>
    /// <param name="info">The network's metadata.</param>
    /// <param name="parameterNames">The full names of all its parameters.</param>
    /// <exception cref="ArgumentException">Something named does not exist.</exception>
    protected internal virtual void CheckTargets(BackboneInfo info, IReadOnlyCollection<string> parameterNames)
    {
    }

    // One record a name rather than one list: records compare arrays by reference, so equal policies would differ.
    private static FreezePolicy UnionOver(string[] names, string kind, Func<string, FreezePolicy> freeze)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Length == 0)
            throw new ArgumentException($"Name at least one {kind} to freeze, or use {nameof(FreezePolicy)}.{nameof(Nothing)}.", nameof(names));
        foreach (string name in names)
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
        return names.Select(freeze).Aggregate((first, second) => first.And(second));
    }
}
