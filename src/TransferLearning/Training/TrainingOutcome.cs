namespace TransferLearning.Training;

/// <summary>How a fit ended.</summary>
public enum TrainingOutcome
{
    /// <summary>Every epoch was run.</summary>
    Completed,

    /// <summary>An observer, such as early stopping, ended it.</summary>
    StoppedEarly,

    /// <summary>Its caller cancelled it after at least one epoch.</summary>
    Cancelled,
}
