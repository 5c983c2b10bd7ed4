using System.CommandLine;
using TransferLearning.Benchmarks;

var data = new Option<DirectoryInfo>("--data") { Description = "Photographs with train and val folders.", Required = true };
var backbone = new Option<string>("--backbone") { DefaultValueFactory = _ => "resnet18" };
var weights = new Option<FileInfo?>("--weights") { Description = "A weights file; absent: random weights, which cost as much time." };
var batchSize = new Option<int>("--batch-size") { DefaultValueFactory = _ => 4 };
var rounds = new Option<int>("--rounds") { Description = "Counted epochs of each side, after one that is not counted.", DefaultValueFactory = _ => 3 };
var threads = new Option<int?>("--threads") { Description = "The threads that torch computes with, on both sides." };
var json = new Option<FileInfo?>("--json") { Description = "Where the medians and ratios go as JSON." };

var tutorial = new Command("tutorial", "An epoch of PyTorch's transfer-learning tutorial: bare TorchSharp beside this library, in turn.")
{
    data, backbone, weights, batchSize, rounds, threads, json,
};
tutorial.SetAction(arguments => TutorialBenchmark.Run(new TutorialBenchmarkOptions(
    arguments.GetValue(data)!.FullName,
    arguments.GetValue(backbone)!,
    arguments.GetValue(weights)?.FullName,
    arguments.GetValue(batchSize),
    arguments.GetValue(rounds),
    arguments.GetValue(threads),
    arguments.GetValue(json)?.FullName)));
return new RootCommand("Speed, as ratios of two things measured in one run.") { tutorial }.Parse(args).Invoke();
