using TransferLearning.Published;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>A way to train that is compared with others.</summary>
/// <param name="Name">What the command line and the tables call it.</param>
/// <param name="Kind"><see cref="Head"/> if only a head is trained, on stored features; <see cref="Tuning"/> if the backbone changes;
/// <see cref="Technique"/> if it does with one more technique than the default has.</param>
/// <param name="Seeds">How many seeds it is fitted with.</param>
/// <param name="Trainer">From a network and images to a trainer, but for its seed.</param>
internal sealed record Recipe(string Name, string Kind, int Seeds, Func<PretrainedBackbone, DatasetSplit, TrainerBuilder> Trainer)
{
    public const string Head = "head";
    public const string Tuning = "tuning";
    public const string Technique = "technique";

    /// <summary>Whether a command line that lists names or kinds, or nothing, means this one.</summary>
    public bool IsAmong(IReadOnlyCollection<string> names) => names.Count == 0 || names.Contains(Name) || names.Contains(Kind);
}
