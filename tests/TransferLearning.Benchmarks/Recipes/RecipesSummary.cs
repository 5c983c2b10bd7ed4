using System.Globalization;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Metrics;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>Tables of what a file of cells holds, as Markdown.</summary>
internal static class RecipesSummary
{
    public static void Print(IReadOnlyList<Cell> cells)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // the tables are for documents
        foreach (IGrouping<(string Data, string Network), Cell> group in cells.GroupBy(cell => (cell.Data, cell.Network)).OrderBy(Order))
        {
            Console.WriteLine($"\n{group.Key.Data}, {group.Key.Network}\n");
            foreach ((string usual, bool areHeads) in new[] { (RecipeTable.Features, true), (RecipeTable.FineTune, false) })
            {
                Cell[] alike = [.. group.Where(cell => KindOf(cell) is { } kind && (kind == Recipe.Head) == areHeads)];
                if (alike.Length > 0 && group.Key.Data == Problem.Photographs)
                    PrintFolds([.. alike.Concat(Ensembles(alike))], usual);
                else if (alike.Length > 0)
                    PrintDraws(alike, usual);
            }
        }
    }

    private static int Order(IGrouping<(string Data, string Network), Cell> group) =>
        int.TryParse(group.Key.Data.Split('-')[^1], out int size) ? size : 0;

    private static string? KindOf(Cell cell) => RecipeTable.All.FirstOrDefault(recipe => recipe.Name == BaseName(cell))?.Kind;

    private static string BaseName(Cell cell) => cell.Recipe.Split('+')[0];

    // Intervals are over images, each with its mean over seeds; in brackets that over folds, each with its mean over images and seeds.
    private static void PrintFolds(Cell[] cells, string usual)
    {
        Console.WriteLine($"| recipe | fits | chosen epoch | last epoch | last - chosen | `{usual}` - this, last epoch | over folds | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Cell[] reference = [.. cells.Where(cell => cell.Recipe == usual)];
        foreach (IGrouping<string, Cell> recipe in cells.GroupBy(cell => cell.Recipe))
        {
            Cell[] mine = [.. recipe];
            bool hasLast = mine.All(cell => cell.Last is not null);
            double seconds = Statistics.Quantile([.. mine.Select(cell => cell.Seconds)], 0.5);
            Cell[] both = [.. reference.Where(cell => mine.Any(other => SameFit(cell, other)))];
            Cell[] paired = [.. mine.Where(cell => both.Any(other => SameFit(cell, other)))];
            bool isCompared = hasLast && both.Length > 0 && BaseName(mine[0]) == recipe.Key && recipe.Key != usual;
            double[] gains = isCompared ? [.. PerImage(both, atEnd: true).Zip(PerImage(paired, atEnd: true), (left, right) => left - right)] : [];
            Console.WriteLine($"| {recipe.Key} | {mine.Length} | {Percent(PerImage(mine, atEnd: false))} "
                + $"| {(hasLast ? Percent(PerImage(mine, atEnd: true)) : "")} "
                + $"| {(hasLast ? Points([.. PerImage(mine, atEnd: true).Zip(PerImage(mine, atEnd: false), (last, chosen) => last - chosen)]) : "")} "
                + $"| {(isCompared ? Points(gains) : "")} | {(isCompared ? OverFolds(both, paired) : "")} | {seconds:0} |");
        }
        Console.WriteLine();
    }

    private static void PrintDraws(Cell[] cells, string usual)
    {
        Console.WriteLine($"| recipe | draws | best epoch | last epoch | `{usual}` at last - this at last | `{usual}` at last - this at best |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Dictionary<int, double> reference = cells.Where(cell => cell.Recipe == usual).ToDictionary(cell => cell.Fold, cell => cell.Hits(atEnd: true).Average());
        foreach (IGrouping<string, Cell> recipe in cells.Where(cell => cell.Last is not null).GroupBy(cell => cell.Recipe))
        {
            Cell[] paired = recipe.Key == usual ? [] : [.. recipe.Where(cell => reference.ContainsKey(cell.Fold))];
            Console.WriteLine($"| {recipe.Key} | {recipe.Count()} | {Mean(recipe, atEnd: false):0.0} | {Mean(recipe, atEnd: true):0.0} "
                + $"| {Gain(paired, atEnd: true)} | {Gain(paired, atEnd: false)} |");
        }
        Console.WriteLine();

        double Mean(IEnumerable<Cell> fits, bool atEnd) => 100 * fits.Average(cell => cell.Hits(atEnd).Average());

        string Gain(Cell[] fits, bool atEnd)
        {
            double[] gains = [.. fits.Select(cell => 100 * (reference[cell.Fold] - cell.Hits(atEnd).Average()))];
            return gains.Length == 0 ? "" : $"{gains.Average():+0.0;-0.0;0.0} ± {Statistics.HalfInterval95(gains):0.0}";
        }
    }

    // Of each fold, the seeds' mean probabilities.
    private static IEnumerable<Cell> Ensembles(Cell[] cells) => cells
        .Where(cell => cell.Last is not null).GroupBy(cell => (cell.Recipe, cell.Fold)).Where(fold => fold.Count() > 1)
        .Select(fold => fold.First() with
        {
            Recipe = $"{fold.Key.Recipe}+ensemble",
            Seed = 0,
            Chosen = MeanOf([.. fold.Select(cell => cell.Chosen)]),
            Last = MeanOf([.. fold.Select(cell => cell.Last!)]),
            Seconds = fold.Sum(cell => cell.Seconds),
        });

    private static double[][] MeanOf(double[][][] fits) =>
        [.. fits[0].Select((row, image) => row.Select((_, output) => fits.Average(fit => fit[image][output])).ToArray())];

    private static bool SameFit(Cell left, Cell right) => (left.Fold, left.Seed) == (right.Fold, right.Seed);

    private static double[] PerImage(IEnumerable<Cell> cells, bool atEnd) => [.. cells.GroupBy(cell => cell.Fold).OrderBy(fold => fold.Key).SelectMany(fold =>
    {
        double[][] hits = [.. fold.Select(cell => cell.Hits(atEnd))];
        return hits[0].Select((_, image) => hits.Average(seed => seed[image]));
    })];

    private static string Percent(double[] values)
    {
        BootstrapInterval interval = Bootstrap(values);
        return $"{interval.Value:0.0} ({interval.Low:0.0} to {interval.High:0.0})";
    }

    private static string Points(double[] values)
    {
        BootstrapInterval interval = Bootstrap(values);
        return $"{Signed(interval.Value)} ({Signed(interval.Low)} to {Signed(interval.High)})";
    }

    private static string OverFolds(Cell[] left, Cell[] right)
    {
        double[] gains = [.. left.GroupBy(cell => cell.Fold).OrderBy(fold => fold.Key)
            .Zip(right.GroupBy(cell => cell.Fold).OrderBy(fold => fold.Key), (mine, other) => 100 * (Mean(mine) - Mean(other)))];
        if (gains.Length < 2)
            return "";
        var test = new CorrectedTTest(gains, heldOutRatio: 1.0 / 4);
        return $"({Signed(test.Low)} to {Signed(test.High)})";

        static double Mean(IEnumerable<Cell> fits) => fits.Average(cell => cell.Hits(atEnd: true).Average());
    }

    private static BootstrapInterval Bootstrap(double[] values) => BootstrapInterval.Of(values.Length, drawn => 100 * drawn.Average(index => values[index]));

    private static string Signed(double value) => $"{value:+0.0;-0.0;0.0}";
}
