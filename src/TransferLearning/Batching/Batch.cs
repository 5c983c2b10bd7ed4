using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Some samples as a network takes them. Owns its tensors; whoever received it disposes it.</summary>
public sealed class Batch : IDisposable
{
    /// <summary>Makes a batch.</summary>
    /// <param name="images">float32 [N, channels, H, W], normalized; owned from here on.</param>
    /// <param name="targets">What the loss is computed on; its first axis counts the samples. Owned from here on.</param>
    /// <param name="indices">Each sample's position in its source.</param>
    /// <param name="labels">What metrics count against; null: the targets. Owned from here on.</param>
    public Batch(Tensor images, Tensor targets, IReadOnlyList<int> indices, Tensor? labels = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(indices);

        // A dispose scope that the consumer has open must not end a batch which outlives it.
        Images = images.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
        Labels = labels?.DetachFromDisposeScope() ?? Targets;
        Indices = indices;
    }

    /// <summary>The normalized images: float32 [N, 3, H, W] on the CPU, in channels-last memory.</summary>
    public Tensor Images { get; }

    /// <summary>What the loss is computed on, on the CPU: for single-label classification int64 [N] class indices or, mixed, float32 [N, classes].</summary>
    public Tensor Targets { get; }

    /// <summary>What metrics count against, on the CPU, as the task encodes it: for single-label classification int64 [N] class indices.</summary>
    public Tensor Labels { get; }

    /// <summary>Each image's position in the source.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>How many images there are; at least 1.</summary>
    public int Count => Indices.Count;

    /// <summary>The network's stage that takes <see cref="Images"/>: 0 for images; above, they are what the stage before made of them.</summary>
    internal int FirstStage { get; set; }

    /// <summary>A batch of the same samples with other images and other targets; each batch is disposed by itself.</summary>
    /// <param name="images">float32, as many as here; owned by the new batch.</param>
    /// <param name="targets">What the loss is computed on in their place; owned by the new batch.</param>
    /// <returns>A new batch, with these labels; the caller disposes it.</returns>
    public Batch With(Tensor images, Tensor targets) => new(images, targets, Indices, Labels.alias()) { FirstStage = FirstStage };

    /// <summary>Another batch of the same content; each is disposed by itself.</summary>
    internal Batch Share() => new(Images.alias(), Targets.alias(), Indices, SharedLabels()) { FirstStage = FirstStage };

    /// <summary>The same samples, as the stage before <paramref name="firstStage"/> leaves them.</summary>
    /// <param name="activations">What it gave; owned by the new batch.</param>
    /// <param name="firstStage">The stage that takes them.</param>
    internal Batch At(Tensor activations, int firstStage) => new(activations, Targets.alias(), Indices, SharedLabels()) { FirstStage = firstStage };

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
        Labels.Dispose();
    }

    private Tensor? SharedLabels() => ReferenceEquals(Labels, Targets) ? null : Labels.alias();
}
