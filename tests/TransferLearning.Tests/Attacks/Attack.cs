namespace TransferLearning.Tests.Attacks;

/// <summary>One hostile input, or one part of a fit that fails. Can be repeated.</summary>
/// <param name="Description">What is done.</param>
/// <param name="Run">Does it: returns where the library gets by, and throws what the library throws where it refuses.</param>
internal sealed record Attack(string Description, Action Run)
{
    /// <summary>Why it is known to fail: the suite leaves it out, the command shows it.</summary>
    /// <value>Null: it must not fail.</value>
    public string? KnownFailure { get; init; }
}

/// <summary>The library neither got by nor refused as documented.</summary>
internal sealed class AttackFailedException(string message) : Exception(message);
