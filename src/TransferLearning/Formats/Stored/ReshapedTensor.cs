using static TorchSharp.torch;

namespace TransferLearning.Formats.Stored;

/// <summary>A stored tensor with other sides, of as many elements in the same order.</summary>
/// <param name="tensor">As it is stored.</param>
/// <param name="shape">Its sides from here on.</param>
internal sealed class ReshapedTensor(StoredTensor tensor, long[] shape) : StoredTensor(tensor.Type, shape)
{
    public override Tensor Read()
    {
        using Tensor values = tensor.Read();
        return values.reshape(Shape);
    }

    public override Stream? Open() => tensor.Open();
}
