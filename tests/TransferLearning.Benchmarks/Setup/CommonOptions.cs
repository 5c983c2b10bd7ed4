using System.CommandLine;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>Options that mean the same in every command.</summary>
internal static class CommonOptions
{
    public static Option<DirectoryInfo> Data() =>
        new Option<DirectoryInfo>("--data") { Description = "Photographs with train and val folders.", Required = true }.AcceptExistingOnly();

    public static Option<int> Rounds(int count) => Count("--rounds", "Counted rounds, after one that warms up.", count);

    public static Option<int> BatchSize() => Count("--batch-size", "The images in a step, on both sides.", 4);

    public static Option<int> Epochs() => Count("--epochs", "The length of a whole fit.", 25);

    public static Option<FileInfo?> Json() => new("--json") { Description = "Where every number goes as JSON." };

    /// <summary>A number of things, of which there must be one.</summary>
    public static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} must be at least 1.");
        });
        return option;
    }
}
