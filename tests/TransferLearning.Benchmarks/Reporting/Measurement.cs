namespace TransferLearning.Benchmarks.Reporting;

/// <summary>What the rounds gave, and the number that stands for them.</summary>
internal sealed record Measurement
{
    private Measurement(double value, IEnumerable<double> rounds)
    {
        Value = Math.Round(value, 4);
        Rounds = [.. rounds.Select(round => Math.Round(round, 4))];
    }

    public double Value { get; }

    public IReadOnlyList<double> Rounds { get; }

    public static Measurement Of(double value) => new(value, [value]);

    public static Measurement MedianOf(IReadOnlyCollection<double> rounds) => new(Statistics.Quantile(rounds, 0.5), rounds);

    public Measurement Times(double factor) => new(Value * factor, Rounds.Select(round => round * factor));
}
