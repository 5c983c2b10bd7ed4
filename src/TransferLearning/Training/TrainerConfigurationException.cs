namespace TransferLearning.Training;

/// <summary>The settings of a trainer contradict each other or the data; the message lists every problem.</summary>
public sealed class TrainerConfigurationException : Exception
{
    internal TrainerConfigurationException(IReadOnlyList<string> problems)
        : base(problems.Count == 1
            ? problems[0]
            : $"The trainer cannot be built; {problems.Count} problems:{string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}"))}") =>
        Problems = problems;

    /// <summary>The problems, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
