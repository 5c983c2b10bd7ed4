namespace TransferLearning.Networks;

/// <summary>What became of each tensor when weights were loaded into a network.</summary>
/// <param name="Loaded">The network's tensors that were filled.</param>
/// <param name="Skipped">The tensors, of the network or of the weights, that were left out on request.</param>
/// <param name="Kept">The network's batch counters that the weights lack; they stay as they are.</param>
public sealed record LoadReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Skipped, IReadOnlyList<string> Kept);
