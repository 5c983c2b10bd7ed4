using TransferLearning.Advice;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/advisor.md.</summary>
internal static class AdvisorSnippets
{
    public static void Recommend()
    {
        TrainingAdvice advice = TrainingAdvisor.Recommend(ImageFolder.Open("flowers"), Pretrained.ResNet18());
        Console.WriteLine(advice); // a table of measures, and the reason in a sentence
        using TrainingResult result = Trainer.FineTune(Pretrained.ResNet18()).On(ImageFolder.Open("flowers")).Recommended(advice).Build().Fit();
    }

    public static void Rank()
    {
        IReadOnlyList<FeatureMeasures> ranked = TrainingAdvisor.AdviseBackbones(
            ImageFolder.Open("flowers").Split(), [Pretrained.ResNet18(), Pretrained.MobileNetV2(), Pretrained.EfficientNetLite0()]);
        Console.WriteLine(ranked[0]); // the best features for these classes
    }
}
