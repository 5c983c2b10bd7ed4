using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Loader;

/// <summary>Passes over the training photographs at one number of workers.</summary>
internal sealed record LoaderRow(int Workers, int Photographs, Measurement SecondsPerPass, double TimesOneThread)
{
    public double PhotographsPerSecond => Math.Round(Photographs / SecondsPerPass.Value, 1);

    public double MillisecondsPerPhotograph => Math.Round(1000 * SecondsPerPass.Value / Photographs, 3);
}
