using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>A batch of samples as input of a network. Owns its tensors; its receiver disposes it. Not thread-safe.</summary>
public sealed class Batch : IDisposable
{
    /// <summary>Creates a batch.</summary>
    /// <param name="images">float32 [N, channels, H, W], normalized; owned by the batch.</param>
    /// <param name="targets">The targets of the loss; the first dimension is N. Owned by the batch.</param>
    /// <param name="indices">The index of each sample in its source.</param>
    /// <param name="labels">The labels for metrics; null uses the targets. Owned by the batch.</param>
    public Batch(Tensor images, Tensor targets, IReadOnlyList<int> indices, Tensor? labels = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(indices);

        // A batch may outlive the dispose scope of its consumer.
        Images = images.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
        Labels = labels?.DetachFromDisposeScope() ?? Targets;
        Indices = indices;
    }

    /// <summary>The normalized images: float32 [N, 3, H, W] on the CPU, in channels-last memory.</summary>
    public Tensor Images { get; }

    /// <summary>The targets of the loss, on the CPU: for single-label classification, int64 [N] class indices or, mixed, float32 [N, classes].</summary>
    public Tensor Targets { get; }

    /// <summary>The labels for metrics, on the CPU, as the task encodes them: for single-label classification, class indices, int64 [N].</summary>
    public Tensor Labels { get; }

    /// <summary>The index of each image in the source.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>The number of images; at least 1.</summary>
    public int Count => Indices.Count;

    /// <summary>The network stage that takes <see cref="Images"/>: 0 for images; above 0, they are the activations of the stage before.</summary>
    internal int FirstStage { get; set; }

    /// <summary>Creates a batch of the same samples with other images and targets; both batches must be disposed.</summary>
    /// <param name="images">float32, with the same N; owned by the new batch.</param>
    /// <param name="targets">The targets of the loss; owned by the new batch.</param>
    /// <returns>A new batch with the same labels; the caller disposes it.</returns>
    public Batch With(Tensor images, Tensor targets) => new(images, targets, Indices, Labels.alias()) { FirstStage = FirstStage };

    /// <summary>Creates a batch that shares these tensors; both must be disposed.</summary>
    internal Batch Share() => At(Images.alias(), FirstStage);

    /// <summary>Creates a batch of the same samples with the activations of the stage before <paramref name="firstStage"/>.</summary>
    /// <param name="activations">The activations; owned by the new batch.</param>
    /// <param name="firstStage">The stage that takes them.</param>
    internal Batch At(Tensor activations, int firstStage)
    {
        Tensor? labels = ReferenceEquals(Labels, Targets) ? null : Labels.alias();
        return new Batch(activations, Targets.alias(), Indices, labels) { FirstStage = firstStage };
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
        Labels.Dispose();
    }
}
