using TransferLearning.Batching;

namespace TransferLearning.Training;

/// <summary>One update of the parameters.</summary>
/// <param name="Position">Where in the run it was.</param>
/// <param name="Loss">The objective's mean over the batch, before the update.</param>
/// <param name="LearningRate">The base learning rate of the update.</param>
/// <param name="SampleCount">The images in the batch.</param>
public readonly record struct StepRecord(TrainingPosition Position, double Loss, double LearningRate, int SampleCount);
