using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Tutorial;

internal sealed record TutorialSettings(Workload Workload, int BatchSize, int Rounds, int Epochs, bool Memory);
