namespace TransferLearning.Networks;

/// <summary>What became of each tensor when weights were loaded into a network.</summary>
public sealed record LoadReport
{
    /// <summary>The network's tensors that were filled.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>The tensors, of the network or of the weights, that were left out on request: a head that is replaced, for one.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>The network's batch counters (num_batches_tracked) that the weights lack; they keep their values.</summary>
    public required IReadOnlyList<string> Kept { get; init; }
}
