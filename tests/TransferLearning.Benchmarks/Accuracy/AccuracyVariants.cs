using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Accuracy;

/// <summary>What is compared. A variant comes after the one that it is compared with.</summary>
internal static class AccuracyVariants
{
    private const string Features = "features";
    private const string FineTuning = "finetune";

    public static IReadOnlyList<AccuracyVariant> For(Workload workload, int epochs)
    {
        DatasetSplit photographs = workload.Photographs();
        return
        [
            new(Features, Against: null, seed => Trained(Trainer.ExtractFeatures(workload.Network()), seed)),
            new(FineTuning, Against: Features, seed => Trained(Trainer.FineTune(workload.Network()), seed)),
        ];

        Trainer Trained(TrainerBuilder sentence, long seed) => sentence.On(photographs).For(epochs).Seed(seed).Build();
    }
}
