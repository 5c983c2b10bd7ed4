using TransferLearning.Published;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/recipes.md.</summary>
internal static class RecipesSnippets
{
    public static Trainer StartFromRidge(PretrainedBackbone network, DatasetSplit images)
    {
        Trainer trainer = Trainer.ExtractFeatures(network).On(images).StartFromSolvedHead().OptimizeWith(Optimizers.AdamW(learningRate: 2e-4)).Build();
        return trainer;
    }
}
