namespace TransferLearning.Training;

/// <summary>A trainer's settings contradict themselves or its data; the message lists every problem.</summary>
public sealed class TrainerConfigurationException : Exception
{
    internal TrainerConfigurationException(IReadOnlyList<string> problems)
        : base(problems.Count == 1
            ? problems[0]
            : $"{problems.Count} things stand in the way of training:{string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}"))}") =>
        Problems = problems;

    /// <summary>The problems, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
