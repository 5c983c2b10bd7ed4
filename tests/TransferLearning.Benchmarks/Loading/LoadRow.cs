using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>One weights file: how long it takes to read, to build the network, and to open it with the weights; in milliseconds.</summary>
/// <param name="Format">How the file was written.</param>
/// <param name="Megabytes">The file's size.</param>
/// <param name="ReadInPieces">Into one piece of memory again and again.</param>
/// <param name="ReadWhole">Into new memory of the file's size.</param>
/// <param name="Build">The network without weights.</param>
/// <param name="Open">The network with these weights.</param>
/// <param name="Memory">The peaks of the processes that do so.</param>
internal sealed record LoadRow(string Format, double Megabytes, Measurement ReadInPieces, Measurement ReadWhole, Measurement Build, Measurement Open, LoadMemory Memory)
{
    public double TimesReadInPieces => Ratio(Open.Value, ReadInPieces.Value);

    public double TimesReadWhole => Ratio(Open.Value, ReadWhole.Value);

    /// <summary>The same of the quickest rounds, which other work on the machine disturbs least.</summary>
    public double TimesReadWholeAtBest => Ratio(Open.Rounds.Min(), ReadWhole.Rounds.Min());

    /// <summary>The memory that opening takes beyond a process that loads libtorch alone, the network included, over the file's size.</summary>
    public double FilesBeyondNothing => Ratio(Memory.Open.Value - Memory.Nothing.Value, Megabytes);

    /// <summary>The memory that opening takes beyond building, over the file's size.</summary>
    public double FilesBeyondBuild => Ratio(Memory.Open.Value - Memory.Build.Value, Megabytes);

    private static double Ratio(double value, double reference) => Math.Round(value / reference, 3);
}
