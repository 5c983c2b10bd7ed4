using System.CommandLine;
using System.Diagnostics;
using TransferLearning.Formats;
using TransferLearning.Published;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>Compares ways to train on the same folds; finished fits are kept in a file, and a later run goes on where this one stopped.</summary>
internal static class RecipesCommand
{
    private static readonly string[] _tinyNetworks = ["efficientnet_lite0", "cifar_resnet20"];
    private static readonly string[] _photographNetworks = ["mobilenet_v2", "efficientnet_lite0"];

    public static Command Create()
    {
        var cells = new Option<FileInfo>("--cells") { Description = "The file of finished fits, a line each; continued.", Required = true };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Photographs with train and val folders, or Tiny-ImageNet in mosaics." };
        var weights = new Option<DirectoryInfo?>("--weights") { Description = "The folder of weights files." };
        var cache = new Option<DirectoryInfo?>("--cache") { Description = "Where features are kept between runs; absent: the library's own folder." };
        Option<string[]> networks = Names("--networks", "Only these.");
        Option<string[]> recipes = Names("--recipes", "Only these; head, tuning and technique mean all of a kind.");
        Option<string[]> sizes = Names("--sizes", "Of Tiny-ImageNet, only these numbers of images a class.");
        var seeds = new Option<int>("--seeds") { Description = "At most this many seeds.", DefaultValueFactory = _ => int.MaxValue };
        var minutes = new Option<double>("--minutes") { Description = "Stop with the fit that is running then.", DefaultValueFactory = _ => double.MaxValue };
        var summary = new Option<bool>("--summary") { Description = "Print what the file holds, and fit nothing." };

        var command = new Command("recipes", "Which ways to train win, on folds of photographs and on subsets of Tiny-ImageNet.")
        {
            cells, data, weights, cache, networks, recipes, sizes, seeds, minutes, summary,
        };
        command.SetAction(arguments =>
        {
            var file = new CellFile(arguments.GetValue(cells)!.FullName);
            if (!arguments.GetValue(summary))
            {
                if (arguments.GetValue(data) is not { } folder || arguments.GetValue(weights) is not { } files)
                    throw new InvalidOperationException("Fits need --data and --weights; --summary alone needs neither.");
                if (arguments.GetValue(cache) is { } store)
                    Environment.SetEnvironmentVariable("TRANSFERLEARNING_CACHE", store.FullName);
                Fit(file, folder.FullName, files.FullName, new Choice(
                    arguments.GetValue(networks) ?? [], arguments.GetValue(recipes) ?? [], arguments.GetValue(sizes) ?? [],
                    arguments.GetValue(seeds), arguments.GetValue(minutes)));
            }
            RecipesSummary.Print(file.Cells);
        });
        return command;
    }

    // Seed by seed: a run that is interrupted has compared all recipes on as many folds as it had time for.
    private static void Fit(CellFile file, string data, string weights, Choice choice)
    {
        bool isTiny = File.Exists(Path.Combine(data, "classes.tsv"));
        IReadOnlyList<Problem> problems = isTiny ? Problem.DrawsOf(data) : Problem.FoldsOf(data);
        string[] names = isTiny ? _tinyNetworks : _photographNetworks;
        long start = Stopwatch.GetTimestamp();
        Recipe[] recipes = [.. RecipeTable.All.Where(recipe => recipe.IsAmong(choice.Recipes))];
        for (long seed = 0; seed < Math.Min(choice.Seeds, isTiny ? 1 : recipes.Select(recipe => recipe.Seeds).DefaultIfEmpty().Max()); seed++)
        {
            foreach (Problem problem in problems.Where(problem => choice.Sizes.Count == 0 || choice.Sizes.Contains(problem.Data.Split('-')[^1])))
            {
                foreach (string name in names.Where(name => choice.Networks.Count == 0 || choice.Networks.Contains(name)))
                {
                    foreach (Recipe recipe in recipes.Where(recipe => seed < recipe.Seeds))
                    {
                        if (file.Contains(problem.Data, name, recipe.Name, problem.Fold, seed))
                            continue;
                        if (Stopwatch.GetElapsedTime(start).TotalMinutes > choice.Minutes)
                            return;
                        foreach (Cell cell in CellFit.Run(recipe, name, Open(name, weights), problem, seed).Reverse()) // last the one that is looked for
                        {
                            file.Append(cell);
                            Console.Error.WriteLine(FormattableString.Invariant(
                                $"{cell.Data} {cell.Fold} {cell.Network} {cell.Recipe} seed {seed}: {cell.Hits(false).Average():P1} in {cell.Seconds} s"));
                        }
                    }
                }
            }
        }
    }

    internal static PretrainedBackbone Open(string name, string folder)
    {
        return name switch
        {
            "mobilenet_v2" => Pretrained.MobileNetV2().WithWeights(Find("mobilenet_v2-*.pth")),
            "efficientnet_lite0" => Pretrained.EfficientNetLite0().WithWeights(Find("efficientnet_lite0-*.pth"), WeightsRename.ByOrder),
            _ => CifarResNet.Open(Find("resnet20-*.th")),
        };

        string Find(string pattern) => Directory.GetFiles(folder, pattern).FirstOrDefault()
            ?? throw new FileNotFoundException($"'{folder}' has no file {pattern}.");
    }

    private static Option<string[]> Names(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private sealed record Choice(
        IReadOnlyCollection<string> Networks, IReadOnlyCollection<string> Recipes, IReadOnlyCollection<string> Sizes, int Seeds, double Minutes);
}
