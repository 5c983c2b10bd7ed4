namespace TransferLearning.Tests.Support;

/// <summary>Tests that measure the process, or use what it has but one of, run after the others and one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
