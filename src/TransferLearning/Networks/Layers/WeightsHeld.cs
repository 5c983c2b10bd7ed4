namespace TransferLearning.Networks.Layers;

/// <summary>Which weights are sure not to change for a while, so that what is computed from them can be kept.</summary>
internal enum WeightsHeld
{
    /// <summary>None: every pass computes from the weights as they are.</summary>
    None,

    /// <summary>Those that want no gradient.</summary>
    Frozen,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>Ends a promise that weights do not change.</summary>
internal sealed class HeldWeights(IReadOnlyList<NormFolding> foldings) : IDisposable
{
    public void Dispose()
    {
        foreach (NormFolding folding in foldings)
            folding.Release();
    }
}
