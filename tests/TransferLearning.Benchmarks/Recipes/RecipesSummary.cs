namespace TransferLearning.Benchmarks.Recipes;

internal static class RecipesSummary
{
    public static void Print(IReadOnlyList<Cell> cells) => Console.WriteLine($"{cells.Count} cells");
}
