using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Accuracy;

/// <summary>What is compared. A variant comes after the one that it is compared with.</summary>
internal static class AccuracyVariants
{
    public const string Features = "features";
    public const string FineTuning = "finetune";

    private static readonly int[] _views = [1, 2, 3, 4, 6, 8];

    public static IReadOnlyList<AccuracyVariant> For(Workload workload, string approach, int epochs) =>
        approach == Features ? OfFeatures(workload, epochs) : OfFineTuning(workload, epochs);

    private static AccuracyVariant[] OfFeatures(Workload workload, int epochs)
    {
        DatasetSplit photographs = workload.Photographs();
        var recomputed = new AccuracyVariant("features, recomputed in every epoch, float32", Against: null, seed => Fixed(views: 0, ComputePrecision.Float32, seed));
        return
        [
            recomputed,
            new("features, recomputed in every epoch", recomputed.Name, seed => Fixed(views: 0, ComputePrecision.Auto, seed)),
            .. _views.Select(views => new AccuracyVariant($"features, views: {views}", recomputed.Name, seed => Fixed(views, ComputePrecision.Auto, seed))),
        ];

        Trainer Fixed(int views, ComputePrecision precision, long seed) => Trainer
            .ExtractFeatures(workload.Network()).On(photographs).For(epochs).Seed(seed).CacheFeatures(views).ComputeIn(precision).Build();
    }

    private static AccuracyVariant[] OfFineTuning(Workload workload, int epochs)
    {
        DatasetSplit photographs = workload.Photographs();
        var exact = new AccuracyVariant("finetune, float32", Against: null, seed => Tuned(ComputePrecision.Float32, seed));
        return [exact, new AccuracyVariant("finetune, bfloat16", exact.Name, seed => Tuned(ComputePrecision.BFloat16, seed))];

        Trainer Tuned(ComputePrecision precision, long seed) => Trainer
            .FineTune(workload.Network()).On(photographs).For(epochs).Seed(seed).ComputeIn(precision).Build();
    }
}
