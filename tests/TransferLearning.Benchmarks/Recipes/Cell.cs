using System.Text.Json;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>One fit: what it predicts for every image that was held out.</summary>
/// <param name="Classes">Each image's class.</param>
/// <param name="Chosen">Each image's probabilities, at the chosen epoch.</param>
/// <param name="Last">The same at the last epoch; null if they were not computed.</param>
/// <param name="ChosenEpoch">The epoch that was chosen.</param>
/// <param name="Seconds">The duration of the fit. Features of an earlier one on the same images are not computed again.</param>
internal sealed record Cell(
    string Data, string Network, string Recipe, int Fold, long Seed, int[] Classes, double[][] Chosen, double[][]? Last, int ChosenEpoch, double Seconds)
{
    public (string Data, string Network, string Recipe, int Fold, long Seed) Key => (Data, Network, Recipe, Fold, Seed);

    /// <summary>For each image 1 or 0, right or wrong.</summary>
    public double[] Hits(bool atEnd) =>
        [.. ((atEnd ? Last : Chosen) ?? []).Zip(Classes, (row, label) => Array.IndexOf(row, row.Max()) == label ? 1.0 : 0.0)];
}

/// <summary>A file of cells, one a line, that a command continues.</summary>
internal sealed class CellFile(string path)
{
    private readonly List<Cell> _cells = [.. Read(path)];

    public IReadOnlyList<Cell> Cells => _cells;

    public bool Contains(string data, string network, string recipe, int fold, long seed) =>
        _cells.Exists(cell => cell.Key == (data, network, recipe, fold, seed));

    public void Append(Cell cell)
    {
        using (var writer = new StreamWriter(path, append: true))
            writer.WriteLine(JsonSerializer.Serialize(cell));
        _cells.Add(cell);
    }

    // The last line is torn where the process was killed while it wrote.
    private static IEnumerable<Cell> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        string[] lines = File.ReadAllLines(path);
        bool isTorn = lines.Length > 0 && !lines[^1].EndsWith('}');
        if (isTorn)
            File.WriteAllLines(path, lines[..^1]);
        foreach (string line in isTorn ? lines[..^1] : lines)
            yield return JsonSerializer.Deserialize<Cell>(line)!;
    }
}
