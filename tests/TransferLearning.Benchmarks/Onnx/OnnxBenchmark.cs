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
            List<double[]>[] latencies = Latency.Rounds(
                photographs, rounds, [.. contenders.Select(contender => (Action<string>)(path => contender.Predictor.Predict(path)))]);
            Measurement[] throughputs = Interleaved.Medians(
                "throughput", rounds,
                [.. contenders.Select(contender => (Func<double>)(() => ThroughputRow.PerSecond(() => contender.Predictor.PredictMany(photographs, ThroughputRow.BatchSize).Count())))]);
            Row[] rows = [.. contenders.Select((contender, index) => new Row(contender.Name, Latency.Median(latencies[index], 0.5), throughputs[index]))];
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

    private static void Show(Row[] rows)
    {
        Table table = new Table().AddColumns("model", "median latency, ms", "times as fast", $"photographs a second, batches of {ThroughputRow.BatchSize}", "times as many");
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
