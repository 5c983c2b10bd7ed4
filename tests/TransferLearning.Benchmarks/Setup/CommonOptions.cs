using System.CommandLine;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>Options that mean the same in every command.</summary>
internal static class CommonOptions
{
    public static Option<int> Rounds(int count) => new("--rounds") { Description = "Counted rounds, after one that warms up.", DefaultValueFactory = _ => count };

    public static Option<int> BatchSize() => new("--batch-size") { Description = "The pictures in a step, on both sides.", DefaultValueFactory = _ => 4 };

    public static Option<int> Epochs() => new("--epochs") { Description = "The length of a whole fit.", DefaultValueFactory = _ => 25 };

    public static Option<FileInfo?> Json() => new("--json") { Description = "Where every number goes as JSON." };
}
