using TransferLearning.Formats;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A small tensor, in managed memory.</summary>
internal sealed class KeptTensor
{
    private readonly byte[] _bytes;
    private readonly long[] _shape;
    private readonly ScalarType _type;

    /// <param name="tensor">Copied.</param>
    public KeptTensor(Tensor tensor)
    {
        using Tensor contiguous = tensor.contiguous();
        using var copy = new MemoryStream();
        TensorBytes.Write(contiguous, copy);
        (_bytes, _shape, _type) = (copy.ToArray(), tensor.shape, tensor.dtype);
    }

    /// <summary>A copy, which the caller disposes.</summary>
    public Tensor Read()
    {
        Tensor tensor = empty(_shape, _type, CPU);
        TensorBytes.Fill(tensor, new MemoryStream(_bytes));
        return tensor;
    }
}
