namespace TransferLearning.Benchmarks.Reporting;

/// <summary>One row: the same thing by bare TorchSharp and by the library.</summary>
internal sealed record Comparison(string Name, string Unit, Measurement Bare, Measurement Library)
{
    /// <summary>Whether the larger number is the better one, as it is for a throughput.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>How many times as good the library's number is.</summary>
    public double Ratio => Math.Round(MoreIsBetter ? Library.Value / Bare.Value : Bare.Value / Library.Value, 3);
}
