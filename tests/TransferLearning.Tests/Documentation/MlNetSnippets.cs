namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/coming-from-mlnet.md.</summary>
internal static class MlNetSnippets
{
    public static async Task SameProgram()
    {
        DatasetSplit photos = ImageFolder.Open("flowers").Split(validation: 0.1, seed: 1, test: 0.2);
        Trainer trainer = Trainer
            .ExtractFeatures(Pretrained.ResNet50())
            .On(photos)
            .For(epochs: 50)
            .Build();
        using TrainingResult result = await trainer.FitAsync(new Progress<TrainingProgress>(report => Console.WriteLine(report)));

        Console.WriteLine(result.Model.Evaluate(photos.Test!));
        result.Model.Save("flowers.tlmodel");
        using Predictor predictor = Predictor.Load("flowers.tlmodel");
        Console.WriteLine(predictor.Predict("holiday.jpg").Label);
    }
}
