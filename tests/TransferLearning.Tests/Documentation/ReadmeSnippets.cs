using TransferLearning.Freezing;
using TransferLearning.Optimization;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of README.md and docs/coming-from-pytorch.md.</summary>
internal static class ReadmeSnippets
{
    public static async Task Sentence(IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        DatasetSplit photos = ImageFolder.Open("hymenoptera_data").SplitByFolder("train", "val");

        Trainer trainer = Trainer
            .FineTune(Pretrained.ResNet18())                 // or .ExtractFeatures(Pretrained.ResNet18())
            .On(photos)
            .For(epochs: 25, batchSize: 32)
            .Augment(images => images.RandomResizedCrop(224).RandomHorizontalFlip())
            .Freeze(FreezePolicy.Backbone.ForEpochs(3))
            .OptimizeWith(Optimizers.Sgd(learningRate: 1e-3, momentum: 0.9))
            .Schedule(LearningRate.StepDecay(every: 7, factor: 0.1))
            .Measure(Metric.Accuracy)
            .KeepBest(Metric.Accuracy, directory: "checkpoints")
            .StopEarly(patience: 5)
            .Build();

        using TrainingResult result = await trainer.FitAsync(progress, cancellationToken);
        result.Model.Save("ants-and-bees.tlmodel");

        using Predictor predictor = Predictor.Load("ants-and-bees.tlmodel");
        Console.WriteLine(predictor.Predict("holiday.jpg").Label);
    }

    public static Trainer TutorialToTheLetter()
    {
        DatasetSplit photographs = ImageFolder.Open("hymenoptera_data").SplitByFolder("train", "val");
        Trainer tutorial = Trainer
            .FineTune(Pretrained.ResNet18())
            .StartFromRandomHead()
            .On(photographs)
            .For(epochs: 25, batchSize: 4)
            .Freeze(FreezePolicy.Nothing)
            .BatchNorm(BatchNormMode.Trained)
            .GroupParameters(new ParameterGroupOptions { BackboneScale = 1 })
            .OptimizeWith(Optimizers.Sgd(learningRate: 1e-3, momentum: 0.9))
            .Schedule(LearningRate.StepDecay(every: 7, factor: 0.1))
            .ComputeIn(ComputePrecision.Float32)
            .Build();
        return tutorial;
    }
}
