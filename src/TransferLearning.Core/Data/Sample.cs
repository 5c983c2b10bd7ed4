using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>One labeled image of a source.</summary>
/// <param name="Name">Its name in errors and reports, such as the path of a file.</param>
/// <param name="Target">What a network should answer for it.</param>
public readonly record struct Sample(string Name, Target Target)
{
    /// <summary>A sample of exactly one class.</summary>
    /// <param name="name">Its name in errors and reports.</param>
    /// <param name="classIndex">The position of its class in <see cref="IDatasetSource.Classes"/>.</param>
    public Sample(string name, int classIndex)
        : this(name, Target.Class(classIndex))
    {
    }

    /// <summary>The position of its class in <see cref="IDatasetSource.Classes"/>.</summary>
    /// <exception cref="InvalidOperationException">The sample is not of exactly one class.</exception>
    public int ClassIndex => Target is ClassTarget single
        ? single.Index
        : throw new InvalidOperationException($"'{Name}' has no single class: its target is {Target}.");

    /// <inheritdoc/>
    public override string ToString() => PrintableText.Of($"{Name}: {Target}");
}

/// <summary>A sample that was skipped, and why. Immutable.</summary>
/// <param name="Name">The name of the sample, such as the path of a file.</param>
/// <param name="Reason">Why it was skipped.</param>
public sealed record SkippedSample(string Name, string Reason);

/// <summary>What happens when a sample fails: its file cannot be opened, its image cannot be decoded or is too large, or a transform throws.</summary>
public enum UnreadablePolicy
{
    /// <summary>The fit fails with an error that names the sample.</summary>
    Fail,

    /// <summary>The sample is skipped and reported once.</summary>
    SkipAndReport,
}
