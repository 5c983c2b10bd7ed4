using System.CommandLine;
using Spectre.Console;
using TransferLearning.Benchmarks.Accuracy;
using TransferLearning.Benchmarks.Advising;
using TransferLearning.Benchmarks.Loader;
using TransferLearning.Benchmarks.Loading;
using TransferLearning.Benchmarks.Memory;
using TransferLearning.Benchmarks.Micro;
using TransferLearning.Benchmarks.Onnx;
using TransferLearning.Benchmarks.Predict;
using TransferLearning.Benchmarks.Recipes;
using TransferLearning.Benchmarks.Tutorial;

if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 120; // a file has no edge that tables must wrap at

return new RootCommand("Speed, as ratios of two things measured in one run; docs/benchmarks.md explains.")
{
    TutorialCommand.Create(),
    MemoryCommand.Create(),
    AccuracyCommand.Create(),
    AdviseCommand.Create(),
    RecipesCommand.Create(),
    LoaderCommand.Create(),
    PredictCommand.Create(),
    OnnxCommand.Create(),
    LoadCommand.Create(),
    MicroCommand.Create(),
    AugmentationCommand.Create(),
    AugmentedEpochCommand.Create(),
    SolversCommand.Create(),

    // What the commands above start as processes of their own.
    MemoryCommand.CreateChild(),
    PredictCommand.CreateChild(),
    LoadCommand.CreateChild(),
}.Parse(args).Invoke();
