using TransferLearning.Heads;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/heads.md.</summary>
internal static class HeadsSnippets
{
    public static void Solve()
    {
        using TrainingResult result = Trainer.SolveHead(Pretrained.ResNet18()).On(ImageFolder.Open("flowers")).Build().Fit();
        Console.WriteLine(result.Best.Head); // ridge, strength 143.2, score 0.05061, scale 6.383
    }

    public static IReadOnlyList<IHeadSolver> Solvers()
    {
        IHeadSolver balanced = HeadSolvers.Ridge() with { Balanced = true };                          // or ClassWeights, or SampleWeight
        IHeadSolver wide = HeadSolvers.Ridge(0.1, 1, 10) with { ChooseBy = StrengthChoice.Folds, Folds = 10 };
        IHeadSolver even = HeadSolvers.ShrinkageLda(0.1, 0.3, 0.9) with { Priors = [0.5, 0.5] };
        return [balanced, wide, even];
    }

    public static void FineTune()
    {
        using TrainingResult solved = Trainer.FineTune(Pretrained.ResNet18()).On(ImageFolder.Open("flowers")).StartFromSolvedHead(HeadSolvers.Logistic()).Build().Fit();
        using TrainingResult random = Trainer.FineTune(Pretrained.ResNet18()).On(ImageFolder.Open("flowers")).StartFromRandomHead().Build().Fit();
    }

    public static void Extend()
    {
        using (TrainingResult first = Trainer.SolveHead(Pretrained.ResNet18()).KeepStatistics().On(ImageFolder.Open("flowers")).Build().Fit())
            first.Model.Save("flowers.tlmodel");

        var data = new DatasetSplit(training: ImageFolder.Open("lilies"), validation: ImageFolder.Open("lilies-held-out"));
        using TrainingResult more = Trainer.ExtendHead("flowers.tlmodel").On(data).Build().Fit();
    }
}
