namespace TransferLearning.Training;

/// <summary>How a fit ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>An observer, such as early stopping, stopped it.</summary>
    StoppedEarly,

    /// <summary>It was cancelled after at least one complete epoch.</summary>
    Cancelled,
}
