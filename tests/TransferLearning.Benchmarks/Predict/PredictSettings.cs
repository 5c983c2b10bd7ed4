using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Predict;

internal sealed record PredictSettings(Workload Workload, int Rounds, int Photographs);
