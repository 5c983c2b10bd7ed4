using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Published;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>Opening a network with its weights, beside reading the bytes of their file.</summary>
internal static class LoadBenchmark
{
    public static void Run(string backbone, string? weightsFile, int rounds, string? jsonFile)
    {
        using var session = new Session(threads: null);
        (string Format, string Path)[] files = weightsFile is null
            ? RandomWeightsFiles.Write(backbone, session.Cache.Folder)
            : [(Path.GetFileName(weightsFile), weightsFile)];
        LoadRow[] rows = [.. files.Select(file => Measure(backbone, file.Format, file.Path, rounds))];
        Show(rows);
        session.Finish(jsonFile, new { Backbone = backbone, WeightsFile = weightsFile, Rounds = rounds }, new { Load = rows });
    }

    private static LoadRow Measure(string backbone, string format, string path, int rounds)
    {
        PretrainedBackbone network = Pretrained.ByName(backbone);
        PretrainedBackbone withWeights = network.WithWeights(path);
        byte[] piece = FileReading.Piece();
        Measurement[] times = Interleaved.Medians(
            $"{backbone}, {format}",
            rounds,
            [.. new Func<double>[]
            {
                () => FileReading.InPieces(path, piece),
                () => FileReading.Whole(path),
                () => Time(network.Build),
                () => Time(() => BackboneLoader.Open(withWeights, outputCount: null, seed: 0)),
            }.Select(WithFreshMemory)]);
        return new LoadRow(format, Math.Round(new FileInfo(path).Length / 1e6, 3), times[0], times[1], times[2], times[3], LoadMemory.Of(backbone, path));
    }

    private static Func<double> WithFreshMemory(Func<double> contender) => () =>
    {
        FreedMemory.GiveBack();
        return contender();
    };

    // What was made is given back outside the clock, as the memory is that a file was read into.
    private static double Time(Func<IDisposable> open)
    {
        long start = Stopwatch.GetTimestamp();
        using IDisposable opened = open();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Show(LoadRow[] rows)
    {
        Table table = new Table().AddColumns(["what", "unit", .. rows.Select(row => row.Format.EscapeMarkup())]);
        Add("file", "MB", row => row.Megabytes, "0.0");
        Add("reading into one megabyte, again and again", "ms", row => row.ReadInPieces.Value, "0.0");
        Add("reading into new memory", "ms", row => row.ReadWhole.Value, "0.0");
        Add("building the network alone", "ms", row => row.Build.Value, "0.0");
        Add("opening the network", "ms", row => row.Open.Value, "0.0");
        Add("opening over reading, into one megabyte", "times", row => row.TimesReadInPieces, "0.00");
        Add("opening over reading, into new memory", "times", row => row.TimesReadWhole, "0.00");
        Add("the same, quickest rounds", "times", row => row.TimesReadWholeAtBest, "0.00");
        Add("peak of doing nothing", "MB", row => row.Memory.Nothing.Value, "0");
        Add("peak of building", "MB", row => row.Memory.Build.Value, "0");
        Add("peak of opening", "MB", row => row.Memory.Open.Value, "0");
        Add("opening beyond nothing", "files", row => row.FilesBeyondNothing, "0.00");
        Add("opening beyond building", "files", row => row.FilesBeyondBuild, "0.00");
        AnsiConsole.Write(table);

        void Add(string what, string unit, Func<LoadRow, double> value, string format) =>
            table.AddRow([what, unit, .. rows.Select(row => value(row).ToString(format, CultureInfo.InvariantCulture))]);
    }
}
