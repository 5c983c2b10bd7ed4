using TransferLearning.Batching;

namespace TransferLearning.Optimization;

internal sealed record StepDecaySchedule(int Every, double Decay) : ILearningRateSchedule
{
    public double Factor(TrainingPosition at) => Math.Pow(Decay, (at.Epoch - 1) / Every);
}
