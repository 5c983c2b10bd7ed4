using TransferLearning.Batching;
using TransferLearning.Networks;

namespace TransferLearning.Training;

/// <summary>Other weights than those under training, to be validated, kept and saved in their place: a moving average, say.</summary>
/// <remarks>Made anew for each fit, and called from the thread that trains.</remarks>
public interface IEvaluationWeights : IDisposable
{
    /// <summary>The parameters have just been updated.</summary>
    /// <param name="backbone">The network; borrowed.</param>
    /// <param name="position">The step that did it.</param>
    void StepEnded(Backbone backbone, TrainingPosition position);

    /// <summary>Puts these weights into the network. Whatever they replace comes back when the result is disposed.</summary>
    /// <param name="backbone">The network; borrowed.</param>
    /// <returns>Puts the weights under training back; the caller disposes it.</returns>
    IDisposable Use(Backbone backbone);
}
