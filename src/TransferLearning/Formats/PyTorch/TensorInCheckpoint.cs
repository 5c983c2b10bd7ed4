using TransferLearning.Formats.Stored;
using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>A tensor of a checkpoint: a view of a storage.</summary>
/// <param name="description">The view.</param>
/// <param name="storages">Where its storage is found; borrowed.</param>
internal sealed class TensorInCheckpoint(TensorDescription description, CheckpointStorages storages) : StoredTensor(description.Storage.Type, description.Shape)
{
    // An empty tensor's offset and strides mean nothing.
    public override Tensor Read() => description.ElementCount == 0
        ? empty(Shape, Type, CPU)
        : storages.Read(description.Storage).as_strided(Shape, description.Strides, description.Offset);

    public override Stream? Open() => description.IsWholeStorage ? storages.Open(description.Storage) : null;
}
