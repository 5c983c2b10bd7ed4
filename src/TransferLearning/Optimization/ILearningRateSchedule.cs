using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>How the learning rate changes over a run: a function of the position alone, so that a resumed run goes on as the first would have.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The factor on the base learning rate.</summary>
    /// <param name="at">The position of the step to come.</param>
    /// <returns>At least 0 and finite.</returns>
    double Factor(TrainingPosition at);
}
