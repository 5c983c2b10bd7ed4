using System.Globalization;
using Spectre.Console;
using TransferLearning.Benchmarks.Predict;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Data;
using TransferLearning.Inference;

namespace TransferLearning.Benchmarks.Onnx;

/// <summary>A model in this library, and exported in ONNX Runtime, file to label: in turn, so that a change of the machine's speed meets all.</summary>
internal static class OnnxBenchmark
{
    private const int BatchSize = 16;

    public static void Run(Workload workload, int rounds, int count, string? jsonFile)
    {
        using var session = new Session(workload.Threads);
        DatasetSplit split = workload.Photographs();
        string model = Path.Combine(session.Cache.Folder, "benchmark.tlmodel");
        TrainedModel.Save(workload, model);
        (string Name, IPredictor Predictor)[] contenders = Open(model, session.Cache.Folder, split.Training, workload.Threads);
        try
        {
            string[] photographs = [.. split.Validation.Samples.Select(sample => sample.Name).Take(count)];
            Measurement[] latencies = Latencies([.. contenders.Select(contender => contender.Predictor)], photographs, rounds);
            Measurement[] throughputs = Interleaved.Medians(
                "throughput", rounds, [.. contenders.Select(contender => (Func<double>)(() => PerSecond(contender.Predictor, photographs)))]);
            Row[] rows = [.. contenders.Select((contender, index) => new Row(contender.Name, latencies[index], throughputs[index]))];
            Show(rows);
            session.Finish(jsonFile, workload, new { Rows = rows });
        }
        finally
        {
            Array.ForEach(contenders, contender => contender.Predictor.Dispose());
        }
    }

    private static (string, IPredictor)[] Open(string model, string folder, IDatasetSource calibration, int? threads)
    {
        using Predictor exported = Predictor.Load(model);
        return
        [
            ("Predictor, float32", Predictor.Load(model)),
            ("Predictor, bfloat16", Predictor.Load(model, new PredictorOptions { Precision = ComputePrecision.BFloat16 })),
            ("OnnxPredictor, float32", Export("float32.onnx", new OnnxExportOptions())),
            ("OnnxPredictor, int8", Export("int8.onnx", new OnnxExportOptions { Precision = OnnxPrecision.Int8, CalibrationImages = calibration })),
        ];

        OnnxPredictor Export(string name, OnnxExportOptions options)
        {
            string path = Path.Combine(folder, name);
            exported.ExportOnnx(path, options);
            return OnnxPredictor.Load(path, new OnnxPredictorOptions { Threads = threads });
        }
    }

    private static Measurement[] Latencies(IPredictor[] predictors, string[] photographs, int rounds)
    {
        List<double>[] medians = [.. predictors.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "latency: warming up" : $"latency: round {round} of {rounds}");
            double[][] all = [.. photographs.Select(path => Array.ConvertAll(predictors, predictor => Latency.Of(() => predictor.Predict(path))))];
            for (int index = 0; index < predictors.Length && round > 0; index++)
                medians[index].Add(Statistics.Quantile([.. all.Select(ofOne => ofOne[index])], 0.5));
        }
        return Array.ConvertAll(medians, Measurement.MedianOf);
    }

    private static double PerSecond(IPredictor predictor, string[] photographs) =>
        1000 * photographs.Length / Latency.Of(() => predictor.PredictMany(photographs, BatchSize).Count());

    private static void Show(Row[] rows)
    {
        Table table = new Table().AddColumns("model", "median latency, ms", "times as fast", $"photographs a second, batches of {BatchSize}", "times as many");
        foreach (Row row in rows)
        {
            table.AddRow(
                row.Name, Number(row.Latency.Value), Number(rows[0].Latency.Value / row.Latency.Value), Number(row.Throughput.Value),
                Number(row.Throughput.Value / rows[0].Throughput.Value));
        }
        AnsiConsole.Write(table);
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);

    private sealed record Row(string Name, Measurement Latency, Measurement Throughput);
}
