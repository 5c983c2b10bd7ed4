namespace TransferLearning.Benchmarks;

internal sealed record TutorialBenchmarkOptions(
    string DataFolder,
    string Backbone,
    string? WeightsFile,
    int BatchSize,
    int Rounds,
    int? Threads,
    string? JsonFile);
