using System.Text.Json;

namespace TransferLearning.Benchmarks.Advising;

/// <summary>A finished fit by one policy.</summary>
/// <param name="Hits">For each held-out image 1 or 0, at the last epoch.</param>
/// <param name="Seconds">How long the fit took.</param>
/// <param name="Estimate">How long it was to take.</param>
internal sealed record AdviseCell(string Set, string Network, int Fold, int Epochs, string Policy, int[] Hits, double Seconds, double Estimate)
{
    public (string, string, int, int, string) Key => (Set, Network, Fold, Epochs, Policy);

    public double Accuracy => Hits.Average();

    public static List<AdviseCell> ReadAll(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Where(line => line.EndsWith('}')).Select(line => JsonSerializer.Deserialize<AdviseCell>(line)!)]
        : [];

    public void AppendTo(string path) => File.AppendAllText(path, $"{JsonSerializer.Serialize(this)}\n");
}
