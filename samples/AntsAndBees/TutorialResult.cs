namespace AntsAndBees;

/// <summary>One row of the table and of the JSON file.</summary>
internal sealed record TutorialResult(
    string Approach,
    string Backbone,
    long Seed,
    int Epochs,
    double BestAccuracy,
    int BestEpoch,
    double LastAccuracy,
    double Seconds);
