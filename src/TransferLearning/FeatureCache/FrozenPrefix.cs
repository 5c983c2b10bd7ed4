using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>
/// The batches of a source as the network's frozen stages leave them: computed by one epoch, replayed by the later ones
/// for as long as the same stages are frozen. Owns what it keeps.
/// </summary>
/// <param name="images">Gives the same images in every epoch.</param>
/// <param name="backbone">The network, in evaluation mode while batches are taken; borrowed.</param>
/// <param name="device">Where it computes.</param>
/// <param name="maximumBytes">Beyond it nothing is kept, and every epoch computes anew.</param>
internal sealed class FrozenPrefix(IBatchSource images, Backbone backbone, Device device, long maximumBytes) : IBatchSource, IDisposable
{
    private readonly List<Batch> _kept = [];
    private int _stages;
    private bool _complete;

    public int BatchesPerEpoch => images.BatchesPerEpoch;

    public IReadOnlyList<SkippedSample> Skipped => images.Skipped;

    public TimeSpan Waited => images.Waited;

    /// <summary>What an epoch in which the first <paramref name="frozenStages"/> stages are frozen is measured on: the images themselves where that is none.</summary>
    public IBatchSource After(int frozenStages)
    {
        if (frozenStages != _stages || !_complete)
            Forget(); // a stage that was frozen may have learned in between
        _stages = frozenStages;
        return frozenStages == 0 ? images : this;
    }

    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default) =>
        _complete ? _kept.Select(batch => batch.Share()) : Compute(epoch, cancellationToken);

    public void Dispose() => Forget();

    private IEnumerable<Batch> Compute(int epoch, CancellationToken cancellationToken)
    {
        Forget(); // an epoch may have been left half way
        long bytes = 0;
        foreach (Batch batch in images.GetBatches(epoch, cancellationToken))
        {
            using (batch)
            {
                Batch activations = Activations(batch);
                bytes += activations.Images.numel() * activations.Images.ElementSize;
                if (bytes > maximumBytes)
                {
                    Forget();
                    yield return activations;
                }
                else
                {
                    _kept.Add(activations);
                    yield return activations.Share();
                }
            }
        }
        _complete = bytes <= maximumBytes;
    }

    private Batch Activations(Batch batch)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        return batch.At(backbone.Forward(batch.Images.to(device), 0, _stages), _stages);
    }

    private void Forget()
    {
        _kept.ForEach(batch => batch.Dispose());
        _kept.Clear();
        _complete = false;
    }
}
