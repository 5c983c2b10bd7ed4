using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Machine;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Benchmarks.Tutorial;
using TransferLearning.Native;

namespace TransferLearning.Benchmarks.Memory;

/// <summary>The peak of resident memory of fine-tuning, each side in a process of its own, for a peak never falls again.</summary>
internal static class MemoryBenchmark
{
    private const int Epochs = 2;

    public static void Run(Workload workload, int batchSize, string? jsonFile)
    {
        using var session = new Session(workload.Threads);
        Comparison row = Measure(workload, batchSize);
        ComparisonTable.Show([row]);
        session.Finish(jsonFile, new { Workload = workload, BatchSize = batchSize }, new { Comparisons = new[] { row } });
    }

    public static Comparison Measure(Workload workload, int batchSize)
    {
        Console.Error.WriteLine("memory: a process for each side");
        return new Comparison($"peak memory, finetune, both by {batchSize}", "MB", Peak(Side.Bare), Peak(Side.Library));

        Measurement Peak(Side side) => Measurement.Of(
            ChildProcess.Run<long>([MemoryCommand.ChildName, $"{side}", .. workload.Arguments(), "--batch-size", $"{batchSize}"]) / 1e6);
    }

    /// <summary>What the child does.</summary>
    public static void RunChild(Side side, Workload workload, int batchSize)
    {
        TorchRuntime.EnsureAvailable();
        if (workload.Threads is int threads)
            TorchSharp.torch.set_num_threads(threads);

        if (side == Side.Bare)
            FineTuneBare(workload, batchSize);
        else
            LibraryTutorial.FineTuning(workload, batchSize, Epochs).Fit().Dispose();
        ChildProcess.Answer(PeakMemory.Bytes());
    }

    private static void FineTuneBare(Workload workload, int batchSize)
    {
        using var bare = new BareTutorial(workload, batchSize, headOnly: false);
        for (int epoch = 0; epoch < Epochs; epoch++)
            bare.Epoch();
    }
}
