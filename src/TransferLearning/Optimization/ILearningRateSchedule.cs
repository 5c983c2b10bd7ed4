namespace TransferLearning.Optimization;

/// <summary>A learning-rate schedule: a pure function of its context, so that a resumed run continues exactly like an uninterrupted one.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The factor by which the base learning rate is multiplied.</summary>
    /// <param name="context">The position of the next step, and the validation metrics of the epochs before it.</param>
    /// <returns>At least 0 and finite.</returns>
    double Factor(ScheduleContext context);
}
