using TransferLearning.Batching;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>
/// The validation images as the network's frozen stages leave them: computed by one epoch, replayed by the later ones
/// for as long as the same stages are frozen. Owns what it keeps.
/// </summary>
internal sealed class FrozenActivations(BatchLoader images, Backbone backbone, Device device, long maximumBytes) : IDisposable
{
    private readonly List<Batch> _kept = [];
    private int _stages;
    private bool _complete;

    /// <summary>All validation batches, in order, as the first <paramref name="frozenStages"/> stages leave them; images where that is none.</summary>
    /// <remarks>The caller has the network in evaluation mode, wants no gradient, and disposes each batch.</remarks>
    public IEnumerable<Batch> Batches(int frozenStages, CancellationToken cancellationToken)
    {
        if (frozenStages != _stages || !_complete)
            Forget(); // a stage that was frozen may have learned in between
        _stages = frozenStages;
        if (frozenStages == 0)
            return images.Epoch(epoch: 0, cancellationToken);
        return _complete ? _kept.Select(batch => batch.Share()) : Compute(cancellationToken);
    }

    public void Dispose() => Forget();

    private IEnumerable<Batch> Compute(CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (Batch batch in images.Epoch(epoch: 0, cancellationToken))
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

    private Batch Activations(Batch imageBatch)
    {
        using var scope = NewDisposeScope();
        Tensor activations = backbone.Forward(imageBatch.Images.to(device), 0, _stages);
        return new Batch(activations, imageBatch.Targets.alias(), imageBatch.Indices) { FirstStage = _stages };
    }

    private void Forget()
    {
        _kept.ForEach(batch => batch.Dispose());
        _kept.Clear();
        _complete = false;
    }
}
