using TransferLearning.Benchmarks.Setup;
using TransferLearning.Optimization;

namespace TransferLearning.Benchmarks.Tutorial;

/// <summary>The tutorial's two scenarios as the library does them.</summary>
internal static class LibraryTutorial
{
    /// <summary>As much work as the bare loop: all layers from the first epoch on, from a random head, by the same optimizer at one rate.</summary>
    public static Trainer FineTuning(Workload workload, int batchSize, int epochs) => Trainer
        .FineTune(workload.Network())
        .StartFromRandomHead()
        .On(workload.Photographs())
        .For(epochs, batchSize)
        .Freeze(FreezePolicy.Nothing)
        .OptimizeWith(Optimizers.Sgd(learningRate: 1e-3, momentum: 0.9))
        .GroupParameters(new ParameterGroupOptions())
        .RunOn(workload.OpenDevice())
        .Build();

    /// <summary>Everything as it comes.</summary>
    public static Trainer Features(Workload workload, int epochs) => Trainer
        .ExtractFeatures(workload.Network())
        .On(workload.Photographs())
        .For(epochs)
        .RunOn(workload.OpenDevice())
        .Build();
}
