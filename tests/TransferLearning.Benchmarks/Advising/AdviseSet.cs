using System.Globalization;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Advising;

/// <summary>A data set by name, as folds: <c>photographs</c>, <c>shapes:EACH:SEED</c>, <c>tiny:CLASSES:EACH:SEED</c>.</summary>
internal static class AdviseSet
{
    public static IReadOnlyList<DatasetSplit> Open(string name, string shared, int folds)
    {
        string[] parts = name.Split(':');
        int[] numbers = [.. parts.Skip(1).Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return (parts[0], numbers) switch
        {
            ("photographs", []) => JoinedSource.Of(
                ImageFolder.Open(Path.Combine(shared, "data", "hymenoptera_data")).SplitByFolder("train", "val")).Folds(folds, seed: 1),
            ("shapes", [int each, int seed]) => [DrawnShapes.Draw(each, seed)],
            ("tiny", [int classes, int each, int seed]) => [TinyImageNet.Draw(Path.Combine(shared, "data", "tiny-imagenet"), classes, each, seed)],
            _ => throw new ArgumentException($"'{name}' is none of photographs, shapes:EACH:SEED and tiny:CLASSES:EACH:SEED.", nameof(name)),
        };
    }
}
