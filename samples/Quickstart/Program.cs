using Quickstart;
using Spectre.Console;
using TransferLearning;
using TransferLearning.Data;
using TransferLearning.Published;

// A network that has seen a million photographs learns something new from few. The insects are drawn here; the network comes with a NuGet package.
if (!File.Exists(ImageNet.File))
{
    Console.Error.WriteLine($"{ImageNet.File} is missing. The build copies it from the package Microsoft.ML.DnnImageFeaturizer.ResNet18.");
    return 1;
}

PretrainedBackbone resnet = ImageNet.ResNet18();
string folder = Directory.CreateTempSubdirectory("quickstart-").FullName;
try
{
    AnsiConsole.MarkupLineInterpolated($"[bold]What pretraining is worth[/] with 5 drawings each: {string.Join(", ", Drawings.Insects.Keys)}");
    Comparison.Show(resnet, sets: 5, imagesEach: 5);

    AnsiConsole.MarkupLine("\n[bold]Training[/] on 20 drawings of each, a fifth of them for validation");
    InMemoryDataset drawings = Drawings.Draw(imagesEach: 20, seed: 100); // your own photographs: ImageFolder.Open("flowers")
    using TrainingResult result = await Trainer.ExtractFeatures(resnet).On(drawings).Build().FitAsync();
    Console.WriteLine(result);

    AnsiConsole.MarkupLine("\n[bold]Saving[/] the model, and exporting it to ONNX");
    InMemoryDataset unseen = Drawings.Draw(imagesEach: 2, seed: 101);
    string model = Path.Combine(folder, "insects.tlmodel");
    string onnx = args is ["--onnx", string kept] ? Path.GetFullPath(kept) : Path.Combine(folder, "insects.onnx"); // kept for samples/WebClassifier, say
    result.Model.Save(model);
    Console.WriteLine(result.Model.ExportOnnx(onnx, new OnnxExportOptions { Verifier = new OnnxRuntimeVerifier(), VerificationImages = unseen }));

    AnsiConsole.MarkupLine("\n[bold]Predicting[/] drawings that the model has never seen, with libtorch and with ONNX Runtime");
    using Predictor predictor = Predictor.Load(model);
    using OnnxPredictor onnxPredictor = OnnxPredictor.Load(onnx);
    Table table = new Table().AddColumns("drawing", "Predictor", "OnnxPredictor");
    foreach ((Sample sample, Prediction here, Prediction there) in unseen.Samples.Zip(predictor.PredictMany(unseen), onnxPredictor.PredictMany(unseen)))
        table.AddRow(sample.Name, $"{here}", $"{there}");
    AnsiConsole.Write(table);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
