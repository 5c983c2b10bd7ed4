using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>
/// The activations of the network's frozen stages for the batches of a source: computed in one epoch, and replayed in later
/// epochs while the same stages are frozen. Owns the cached activations. Not thread-safe.
/// </summary>
/// <param name="images">The batches; the same in every epoch.</param>
/// <param name="backbone">The network, in evaluation mode while batches are enumerated; borrowed.</param>
/// <param name="device">The device of the network.</param>
/// <param name="maximumBytes">The maximum size of the cache; if it is exceeded, nothing is cached and every epoch computes the activations.</param>
internal sealed class FrozenPrefix(IBatchSource images, Backbone backbone, Device device, long maximumBytes) : IBatchSource, IDisposable
{
    private readonly List<Batch> _kept = [];
    private int _stages;
    private bool _complete;

    public int BatchesPerEpoch => images.BatchesPerEpoch;

    public IReadOnlyList<SkippedSample> Skipped => images.Skipped;

    public TimeSpan Waited => images.Waited;

    /// <summary>The batches after the first <paramref name="frozenStages"/> stages; the images themselves if that is 0.</summary>
    public IBatchSource After(int frozenStages)
    {
        if (frozenStages != _stages || !_complete)
            Forget(); // a frozen stage may have been trained in between
        _stages = frozenStages;
        return frozenStages == 0 ? images : this;
    }

    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default) =>
        _complete ? _kept.Select(batch => batch.Share()) : Compute(epoch, cancellationToken);

    public void Dispose() => Forget();

    private IEnumerable<Batch> Compute(int epoch, CancellationToken cancellationToken)
    {
        Forget(); // an earlier epoch may be incomplete
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
