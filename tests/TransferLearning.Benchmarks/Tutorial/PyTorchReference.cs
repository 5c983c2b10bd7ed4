using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Tutorial;

/// <summary>
/// What PyTorch itself gains over the tutorial as written, in seconds an epoch of fine-tuning: the bar for a library that
/// is free in how it does the work.
/// </summary>
internal sealed record PyTorchReference(double LibraryTimesAsFast)
{
    public double SecondsAsWritten { get; } = 21.8;

    public double SecondsAtItsBest { get; } = 7.5;

    public double TimesAsFast => Math.Round(SecondsAsWritten / SecondsAtItsBest, 3);

    /// <summary>The library's gain over bare TorchSharp as a multiple of PyTorch's gain over itself; 1 is as much.</summary>
    public double LibraryGainOverPyTorchGain => Math.Round(LibraryTimesAsFast / TimesAsFast, 3);

    public static PyTorchReference For(IEnumerable<Comparison> rows) =>
        new(rows.Single(row => row.Name.StartsWith(FineTuningRows.AtItsBest, StringComparison.Ordinal)).Ratio);
}
