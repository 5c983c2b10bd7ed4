using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>
/// The activations of the network's frozen stages for the batches of a source: computed in one epoch, and replayed in later
/// ones while these stages have the same weights. Owns the cached activations. Not thread-safe.
/// </summary>
/// <param name="images">The batches; the same in every epoch.</param>
/// <param name="backbone">The network, in evaluation mode while batches are enumerated; borrowed.</param>
/// <param name="device">The device of the network.</param>
/// <param name="maximumBytes">The maximum size of the cache; if it is exceeded, nothing is cached and every epoch computes the activations.</param>
internal sealed class FrozenPrefix(IBatchSource images, Backbone backbone, Device device, long maximumBytes) : IBatchSource, IDisposable
{
    private readonly List<Batch> _kept = [];
    private int _stages;
    private string? _weights; // the checksum of the stages' weights that everything was computed with; null while not all is kept

    public int BatchesPerEpoch => images.BatchesPerEpoch;

    public IReadOnlyList<SkippedSample> Skipped => images.Skipped;

    public TimeSpan Waited => images.Waited;

    /// <summary>The batches after the first <paramref name="frozenStages"/> stages; the images themselves if that is 0.</summary>
    public IBatchSource After(int frozenStages)
    {
        if (frozenStages != _stages)
            Forget();
        _stages = frozenStages;
        return frozenStages == 0 ? images : this;
    }

    // Evaluation weights can change from epoch to epoch though no stage is trained, so the weights themselves are compared.
    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default)
    {
        Stage[] frozen = [.. backbone.Info.Stages.Take(_stages)];
        string weights = WeightsChecksum.Of("", backbone.Network.state_dict()
            .Where(entry => Array.Exists(frozen, stage => stage.Covers(entry.Key))).Select(entry => (entry.Key, entry.Value)));
        return weights == _weights ? _kept.Select(batch => batch.Share()) : Compute(epoch, weights, cancellationToken);
    }

    public void Dispose() => Forget();

    private IEnumerable<Batch> Compute(int epoch, string weights, CancellationToken cancellationToken)
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
        _weights = bytes <= maximumBytes ? weights : null;
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
        _weights = null;
    }
}
