using TransferLearning.Batching;

namespace TransferLearning.Optimization;

internal sealed record FunctionSchedule(Func<TrainingPosition, double> Function) : ILearningRateSchedule
{
    public double Factor(TrainingPosition at) => Function(at);
}
