using System.CommandLine;
using AntsAndBees;

var data = new Option<DirectoryInfo?>("--data") { Description = "The folder with train and val in it; absent: the tutorial's archive is downloaded." };
var backbone = new Option<string>("--backbone") { Description = "resnet18, mobilenet_v2, tf_efficientnet_lite0, ..., or a repository of Hugging Face's such as timm/resnet18.a1_in1k", DefaultValueFactory = _ => "resnet18" };
var weights = new Option<FileInfo?>("--weights") { Description = "A weights file (.pth or .safetensors); absent: the official one is downloaded." };
var mode = new Option<string>("--mode") { Description = "What to train: all layers, the head on fixed features, or one after the other.", DefaultValueFactory = _ => "both" };
mode.AcceptOnlyFromAmong("finetune", "features", "both");
var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 25 };
var seed = new Option<long>("--seed") { DefaultValueFactory = _ => 0 };
var threads = new Option<int?>("--threads") { Description = "The threads that torch computes with." };
var json = new Option<FileInfo?>("--json") { Description = "Where the results go as JSON." };
var image = new Option<FileInfo?>("--figure") { Description = "Where an image of predictions goes, as PNG." };
var onnx = new Option<FileInfo?>("--onnx") { Description = "Where the best model goes as ONNX, for samples/WebClassifier." };

var command = new RootCommand("PyTorch's transfer-learning tutorial: tell ants from bees, by fine-tuning and by fixed features.")
{
    data, backbone, weights, mode, epochs, seed, threads, json, image, onnx,
};
command.SetAction((arguments, cancellation) => Tutorial.RunAsync(
    new TutorialOptions(
        arguments.GetValue(data)?.FullName,
        arguments.GetValue(backbone)!,
        arguments.GetValue(weights)?.FullName,
        Approaches.Named(arguments.GetValue(mode)!),
        arguments.GetValue(epochs),
        arguments.GetValue(seed),
        arguments.GetValue(threads),
        arguments.GetValue(json)?.FullName,
        arguments.GetValue(image)?.FullName,
        arguments.GetValue(onnx)?.FullName),
    cancellation));
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
