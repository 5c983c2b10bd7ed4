using Spectre.Console;
using TransferLearning;
using TransferLearning.Backbones;
using TransferLearning.Freezing;
using TransferLearning.Optimization;
using TransferLearning.Transforms;

namespace Quickstart;

/// <summary>
/// Stands in for ImageNet: a ResNet-18 learns shapes from scratch. With a network connection,
/// <c>Pretrained.ResNet18()</c> alone is a far better start.
/// </summary>
internal static class Pretraining
{
    public static async Task<PretrainedBackbone> OnShapesAsync(string folder)
    {
        AnsiConsole.MarkupLine("[bold]Pretraining[/] a ResNet-18 from scratch on drawn shapes, in place of ImageNet");
        string shapes = Path.Combine(folder, "shapes");
        Drawings.Draw(shapes, Drawings.Shapes, picturesEach: 70, seed: 0);

        PretrainedBackbone untrained = SmallPictures(Pretrained.ResNet18()).WithRandomWeights();
        Trainer trainer = Trainer
            .FineTune(untrained)
            .On(ImageFolder.Open(shapes))
            .For(epochs: 5, batchSize: 32)
            .Freeze(FreezePolicy.Nothing)
            .BatchNorm(BatchNormMode.Trained)
            .ShareRate(new GroupingOptions { BackboneScale = 1 })
            .OptimizeWith(Optimizers.AdamW(learningRate: 1e-3))
            .Build();
        using TrainingResult result = await trainer.FitAsync(new EpochLines());

        string weights = Path.Combine(folder, "shapes.tlmodel"); // a model file is a safetensors file: its weights start the next fit
        result.Model.Save(weights);
        return untrained.WithWeights(weights);
    }

    private static PretrainedBackbone SmallPictures(PretrainedBackbone backbone) => backbone with
    {
        Info = backbone.Info with { Preprocessing = new Preprocessing { ResizeTo = 72, CropTo = 64 } },
    };
}
