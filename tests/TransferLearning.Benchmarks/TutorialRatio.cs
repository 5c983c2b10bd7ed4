namespace TransferLearning.Benchmarks;

/// <summary>One row of the table and of the JSON file: medians in seconds an epoch, training and validation together.</summary>
internal sealed record TutorialRatio(string Approach, string Backbone, int BatchSize, int Threads, double BareSeconds, double LibrarySeconds)
{
    /// <summary>How many times as fast the library is.</summary>
    public double Ratio => Math.Round(BareSeconds / LibrarySeconds, 3);
}
