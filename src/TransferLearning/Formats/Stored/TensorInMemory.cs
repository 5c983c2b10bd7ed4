using static TorchSharp.torch;

namespace TransferLearning.Formats.Stored;

/// <summary>A tensor that has been read already.</summary>
/// <param name="tensor">Borrowed.</param>
internal sealed class TensorInMemory(Tensor tensor) : StoredTensor(tensor.dtype, tensor.shape)
{
    public override Tensor Read() => tensor.alias();

    public override Stream? Open() => null;
}
