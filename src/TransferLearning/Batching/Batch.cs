using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Some samples as a network takes them. Owns its tensors; whoever received it disposes it.</summary>
public sealed class Batch : IDisposable
{
    internal Batch(Tensor images, Tensor targets, IReadOnlyList<int> indices)
    {
        // A dispose scope that the consumer has open must not end a batch which outlives it.
        Images = images.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
        Indices = indices;
    }

    /// <summary>The normalised images: float32 [N, 3, H, W] on the CPU, in channels-last memory.</summary>
    public Tensor Images { get; }

    /// <summary>The network's stage that takes <see cref="Images"/>: 0 for images; above, they are what the stage before made of them.</summary>
    internal int FirstStage { get; init; }

    /// <summary>The targets, as the task encodes them, on the CPU: class indices, int64 [N], by default.</summary>
    public Tensor Targets { get; }

    /// <summary>Each image's position in the source.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>How many images there are; at least 1.</summary>
    public int Count => Indices.Count;

    /// <summary>Another batch of the same content; each is disposed by itself.</summary>
    internal Batch Share() => new(Images.alias(), Targets.alias(), Indices) { FirstStage = FirstStage };

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
    }
}
