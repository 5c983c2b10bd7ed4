using Quickstart;
using Spectre.Console;
using TransferLearning;
using TransferLearning.Published;

// A network that has seen much teaches itself something new from little. Everything is drawn here, so no download is needed.
string folder = Directory.CreateTempSubdirectory("quickstart-").FullName;
try
{
    PretrainedBackbone experienced = await Pretraining.OnShapesAsync(folder);

    AnsiConsole.MarkupLine("\n[bold]Fine-tuning[/] it on 40 images each of beetles, butterflies and ladybirds");
    string insects = Path.Combine(folder, "insects");
    Drawings.Draw(insects, Drawings.Insects, imagesEach: 40, seed: 1);

    Trainer trainer = Trainer
        .FineTune(experienced)
        .On(ImageFolder.Open(insects))
        .For(epochs: 15, batchSize: 8)
        .Augment(images => images.Resize(72).RandomRotation(180).CenterCrop(64).RandomHorizontalFlip())
        .OptimizeWith(Optimizers.AdamW(learningRate: 3e-3))
        .KeepBest(Metric.Accuracy, Path.Combine(folder, "checkpoints"))
        .RunOn(torchThreads: 1) // a network this small gains nothing from more
        .Seed(1)
        .Build();
    using TrainingResult result = await trainer.FitAsync(new EpochLines());

    string model = Path.Combine(folder, "insects.tlmodel");
    result.Model.Save(model);
    AnsiConsole.MarkupLineInterpolated($"\nBest: [green]{result.Best.Validation["accuracy"]:P1}[/] of the validation images, at epoch {result.Best.Epoch}. Saved {new FileInfo(model).Length / 1e6:0.0} MB.");

    AnsiConsole.MarkupLine("\n[bold]Reloading[/] the file and asking it about images it has never seen");
    string unseen = Path.Combine(folder, "unseen");
    Drawings.Draw(unseen, Drawings.Insects, imagesEach: 2, seed: 2);

    using Predictor predictor = Predictor.Load(model, new PredictorOptions { Backbone = experienced });
    foreach (string image in Directory.EnumerateFiles(unseen, "*.jpg", SearchOption.AllDirectories).Order())
        AnsiConsole.MarkupLineInterpolated($"  {Path.GetRelativePath(unseen, image),-18} {predictor.Predict(image)}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}
