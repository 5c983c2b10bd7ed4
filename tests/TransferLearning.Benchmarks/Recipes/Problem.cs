using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>Images to learn from, and images that nothing is fitted on.</summary>
/// <param name="Data">The name of the data set.</param>
/// <param name="Fold">The number of the fold, or of the draw, from 1.</param>
/// <param name="Images">Training images, and those held out.</param>
/// <param name="InnerValidation">The fraction of the training images that the epoch is chosen on; null if the held-out images choose it.</param>
internal sealed record Problem(string Data, int Fold, DatasetSplit Images, double? InnerValidation)
{
    public const string Photographs = "photographs";
    public const string Tiny = "tiny";

    private static readonly int[] _sizes = [5, 10, 20, 50];

    /// <summary>Five folds of all photographs, of both folders.</summary>
    public static IReadOnlyList<Problem> FoldsOf(string folder)
    {
        DatasetSplit split = ImageFolder.Open(folder).SplitByFolder("train", "val");
        return [.. JoinedSource.Of(split).Folds(5, seed: 1).Select((fold, index) => new Problem(Photographs, index + 1, fold, InnerValidation: 0.2))];
    }

    /// <summary>Five draws of ten classes, each in four sizes; a smaller size is a part of the larger ones.</summary>
    /// <remarks>All training images are learned from: the last epoch needs no other, and the best is chosen on the held-out images, which flatters it.</remarks>
    public static IReadOnlyList<Problem> DrawsOf(string folder) =>
    [
        .. Enumerable.Range(1, 5).SelectMany(draw => _sizes.Select(size => new Problem(
            $"{Tiny}-{size}", draw, TinyImageNet.Draw(folder, classes: 10, size, draw), InnerValidation: null))),
    ];
}
