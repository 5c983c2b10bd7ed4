namespace TransferLearning.Optimization;

/// <summary>How the learning rate changes over a run: a function of its context alone, so that a resumed run continues as the first would have.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The factor on the base learning rate.</summary>
    /// <param name="context">The position of the step to come, and the metrics of the epochs before it.</param>
    /// <returns>At least 0 and finite.</returns>
    double Factor(ScheduleContext context);
}
