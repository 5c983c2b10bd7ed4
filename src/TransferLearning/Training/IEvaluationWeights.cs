using TransferLearning.Batching;
using TransferLearning.Networks;

namespace TransferLearning.Training;

/// <summary>Weights that are validated and saved instead of the ones being trained, such as an exponential moving average.</summary>
/// <remarks>Created once per fit, and called only on the training thread.</remarks>
public interface IEvaluationWeights : IDisposable
{
    /// <summary>Called after each step in which the optimizer has updated the parameters.</summary>
    /// <param name="backbone">The network; borrowed.</param>
    /// <param name="position">The position of the step.</param>
    void StepEnded(Backbone backbone, TrainingPosition position);

    /// <summary>Puts these weights into the network until the result is disposed.</summary>
    /// <param name="backbone">The network; borrowed.</param>
    /// <returns>Restores the trained weights when disposed; the caller disposes it.</returns>
    IDisposable Use(Backbone backbone);
}
