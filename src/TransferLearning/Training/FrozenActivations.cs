using TransferLearning.Backbones;
using TransferLearning.Batching;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>
/// The validation pictures as the network's frozen stages leave them: computed by one epoch, replayed by the later ones
/// for as long as the same stages stand still. Owns what it keeps.
/// </summary>
internal sealed class FrozenActivations(BatchLoader pictures, Backbone backbone, Device device, long maximumBytes) : IDisposable
{
    private readonly List<Batch> _kept = [];
    private int _stages;
    private bool _complete;

    /// <summary>All validation batches, in order, as the first <paramref name="frozenStages"/> stages leave them; pictures where that is none.</summary>
    /// <remarks>The caller has the network in evaluation mode, wants no gradient, and disposes each batch.</remarks>
    public IEnumerable<Batch> Batches(int frozenStages, CancellationToken cancellationToken)
    {
        if (frozenStages != _stages || !_complete)
            Forget(); // a stage that stood still may have learned in between
        _stages = frozenStages;
        if (frozenStages == 0)
            return pictures.Epoch(epoch: 0, cancellationToken);
        return _complete ? _kept.Select(batch => batch.Share()) : Compute(cancellationToken);
    }

    public void Dispose() => Forget();

    private IEnumerable<Batch> Compute(CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (Batch batch in pictures.Epoch(epoch: 0, cancellationToken))
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

    private Batch Activations(Batch pictureBatch)
    {
        using var scope = NewDisposeScope();
        Tensor activations = backbone.Forward(pictureBatch.Images.to(device), 0, _stages);
        return new Batch(activations, pictureBatch.Targets.alias(), pictureBatch.Indices) { FirstStage = _stages };
    }

    private void Forget()
    {
        _kept.ForEach(batch => batch.Dispose());
        _kept.Clear();
        _complete = false;
    }
}
