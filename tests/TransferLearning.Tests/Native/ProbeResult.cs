namespace TransferLearning.Tests.Native;

/// <summary>How a run of the probe program ended.</summary>
internal sealed record ProbeResult(int ExitCode, string Output, string Error)
{
    public static ProbeResult Computed { get; } = new(0, "3", "");
}
