using Spectre.Console;
using TransferLearning;
using TransferLearning.Freezing;
using TransferLearning.Optimization;
using TransferLearning.Published;

namespace Quickstart;

/// <summary>
/// Stands in for ImageNet: a small network learns shapes from scratch. With a network connection,
/// <c>Pretrained.ResNet18()</c> is the better start, and none of this is needed.
/// </summary>
internal static class Pretraining
{
    public static async Task<PretrainedBackbone> OnShapesAsync(string folder)
    {
        AnsiConsole.MarkupLine("[bold]Pretraining[/] a small network from scratch on drawn shapes, in place of ImageNet");
        string shapes = Path.Combine(folder, "shapes");
        Drawings.Draw(shapes, Drawings.Shapes, imagesEach: 100, seed: 0);

        Trainer trainer = Trainer
            .FineTune(ShapeNetwork.Untrained)
            .On(ImageFolder.Open(shapes))
            .For(epochs: 16, batchSize: 16)
            .Augment(images => images.Resize(72).RandomRotation(180).CenterCrop(64).RandomHorizontalFlip())
            .Freeze(FreezePolicy.Nothing)
            .BatchNorm(BatchNormMode.Trained)
            .GroupParameters(new ParameterGroupOptions { BackboneScale = 1 })
            .OptimizeWith(Optimizers.AdamW(learningRate: 3e-3))
            .RunOn(torchThreads: 1)
            .Build();
        using TrainingResult result = await trainer.FitAsync(new EpochLines());

        string weights = Path.Combine(folder, "shapes.tlmodel"); // a model file is a safetensors file: its weights start the next fit
        result.Model.Save(weights);
        return ShapeNetwork.Untrained.WithWeights(weights);
    }
}
