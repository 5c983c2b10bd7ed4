using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Tutorial;

/// <summary>Fine-tuning, an epoch of training and validation: at one batch size on both sides, and the library at a larger one against the tutorial as it is written.</summary>
internal static class FineTuningRows
{
    public const string AtItsBest = "finetune, library by 32";

    private const string Unit = "s an epoch";
    private const int AsWritten = 4;
    private const int OwnBatchSize = 32;

    public static Comparison[] Measure(Workload workload, int batchSize, int rounds)
    {
        using BareTutorial bare = new(workload, AsWritten, headOnly: false);
        if (batchSize == AsWritten)
        {
            Measurement[] three = Interleaved.Medians("finetune", rounds, BareEpoch(bare), LibraryEpoch(workload, AsWritten), LibraryEpoch(workload, OwnBatchSize));
            return Rows(batchSize, sameBatch: (three[0], three[1]), ownBatch: (three[0], three[2]));
        }

        using BareTutorial bareAtSize = new(workload, batchSize, headOnly: false);
        Measurement[] four = Interleaved.Medians(
            "finetune", rounds, BareEpoch(bareAtSize), LibraryEpoch(workload, batchSize), BareEpoch(bare), LibraryEpoch(workload, OwnBatchSize));
        return Rows(batchSize, sameBatch: (four[0], four[1]), ownBatch: (four[2], four[3]));
    }

    private static Comparison[] Rows(int batchSize, (Measurement Bare, Measurement Library) sameBatch, (Measurement Bare, Measurement Library) ownBatch) =>
    [
        new($"finetune, both by {batchSize}", Unit, sameBatch.Bare, sameBatch.Library),
        new($"{AtItsBest}, bare as written, by {AsWritten}", Unit, ownBatch.Bare, ownBatch.Library),
    ];

    private static Func<double> BareEpoch(BareTutorial bare) => () => bare.Epoch().TotalSeconds;

    private static Func<double> LibraryEpoch(Workload workload, int batchSize)
    {
        Trainer trainer = LibraryTutorial.FineTuning(workload, batchSize, epochs: 2);
        return () =>
        {
            using TrainingResult result = trainer.Fit();
            return result.History[1].Duration.TotalSeconds; // as most epochs are: the first decodes what later ones find in memory
        };
    }
}
