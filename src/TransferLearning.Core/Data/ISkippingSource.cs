namespace TransferLearning.Data;

/// <summary>A source that found more than it took.</summary>
public interface ISkippingSource
{
    /// <summary>What was found and not taken as a sample, and why.</summary>
    IReadOnlyList<SkippedSample> Skipped { get; }
}
