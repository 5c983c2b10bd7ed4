namespace TransferLearning.Networks.Layers;

/// <summary>Ends a promise that weights do not change.</summary>
internal sealed class HeldWeights(IReadOnlyList<NormFolding> foldings) : IDisposable
{
    public void Dispose()
    {
        foreach (NormFolding folding in foldings)
            folding.Release();
    }
}
