namespace AntsAndBees;

internal sealed record TutorialOptions(
    string? DataFolder,
    string Backbone,
    string? WeightsFile,
    IReadOnlyList<Approach> Approaches,
    int Epochs,
    long Seed,
    int? Threads,
    string? JsonFile,
    string? ImageFile,
    string? OnnxFile);
