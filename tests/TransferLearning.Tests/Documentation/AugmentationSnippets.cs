using TransferLearning.Batching;
using TransferLearning.Inference;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/augmentation.md.</summary>
internal static class AugmentationSnippets
{
    public static void Sentence()
    {
        Trainer trainer = Trainer
            .FineTune(Pretrained.ResNet18())
            .On(ImageFolder.Open("flowers"))
            .Augment(images => images.RandomResizedCrop(224).RandomHorizontalFlip().TrivialAugmentWide().RandomErasing(probability: 0.1))
            .TransformBatches(new RandomBatchTransform(new MixUp(alpha: 0.2), new CutMix()))
            .For(epochs: 25)
            .Build();
        ContactSheet.Save(trainer, "what-is-learned-from.png");
    }

    public static void Mixing(TrainerBuilder builder)
    {
        builder.TransformBatches(new CutMix(alpha: 1) { PerImage = true, LastEpoch = 20 });
    }

    public static void Views()
    {
        using Predictor predictor = Predictor.Load("flowers.tlmodel", new PredictorOptions { TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip });
        Prediction averaged = predictor.Predict("holiday.jpg");
        Evaluation evaluation = predictor.Evaluate(ImageFolder.Open("flowers-never-seen"));
    }

    public static void SavedViews(TrainingResult result)
    {
        result.Model.TestTimeAugmentation = TestTimeAugmentation.TenCrops with { AverageOutputs = true };
        result.Model.Save("flowers-ten-crops.tlmodel");
    }
}
