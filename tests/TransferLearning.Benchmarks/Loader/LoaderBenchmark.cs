using System.Diagnostics;
using Spectre.Console;
using TransferLearning.Batching;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Loader;

/// <summary>Encoded photographs in memory to normalised batches, at several numbers of workers, with no network to compete for the cores.</summary>
internal static class LoaderBenchmark
{
    private static readonly int[] _workers = [0, 1, 2];

    public static void Run(string dataFolder, int rounds, string? jsonFile)
    {
        using var session = new Session(threads: 1);
        InMemoryDataset photographs = InMemory(ImageFolder.Open(dataFolder).SplitByFolder("train", "val").Training);
        Measurement[] seconds = Interleaved.Medians("loader", rounds, [.. _workers.Select(workers => Pass(Loader(photographs, workers)))]);
        LoaderRow[] rows = [.. _workers.Zip(seconds, (workers, pass) => new LoaderRow(workers, photographs.Samples.Count, pass, TimesOneThread: Math.Round(seconds[0].Value / pass.Value, 3)))];
        Show(rows);
        session.Finish(jsonFile, new { DataFolder = dataFolder, Rounds = rounds }, new { Loader = rows });
    }

    private static InMemoryDataset InMemory(IDatasetSource source) => new(
        source.Samples.Select((sample, index) => new LabeledImage(source.Load(index), source.Classes[sample.ClassIndex], sample.Name)));

    private static BatchLoader Loader(IDatasetSource photographs, int workers)
    {
        var preprocessing = new Preprocessing();
        return new BatchLoader(
            photographs,
            TransformPipeline.ForTraining(preprocessing),
            preprocessing.Statistics,
            new ImageReader(new SkiaImageDecoder()),
            new BatchLoaderOptions { Workers = workers });
    }

    // The same epoch each time: the same crops, so the same work.
    private static Func<double> Pass(BatchLoader loader) => () =>
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Batch batch in loader.GetBatches(epoch: 1))
            batch.Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    };

    private static void Show(IEnumerable<LoaderRow> rows)
    {
        Table table = new Table().AddColumns("workers", "photographs a second", "ms a photograph", "times one thread");
        foreach (LoaderRow row in rows)
            table.AddRow(row.Workers == 0 ? "0, on the consuming thread" : $"{row.Workers}", $"{row.PhotographsPerSecond:0}", $"{row.MillisecondsPerPhotograph:0.00}", $"{row.TimesOneThread:0.00}");
        AnsiConsole.Write(table);
    }
}
