namespace TransferLearning.Benchmarks.Loading;

/// <summary>What a process does whose memory is measured.</summary>
internal enum LoadTask
{
    /// <summary>Loads libtorch and makes one small tensor.</summary>
    Nothing,

    /// <summary>Builds the network, with no weights to follow.</summary>
    Build,

    /// <summary>Opens the network with its weights.</summary>
    Open,
}
