using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Formats.Stored;

/// <summary>A tensor of known type and shape whose values have not been fetched yet: from a file, usually.</summary>
/// <param name="type">The type of each element.</param>
/// <param name="shape">Its sides.</param>
internal abstract class StoredTensor(ScalarType type, long[] shape)
{
    public ScalarType Type { get; } = type;

    public long[] Shape { get; } = shape;

    /// <summary>The values in main memory, which the caller disposes; tensors that shared memory when they were saved share it here too.</summary>
    public virtual Tensor Read() => ReadBytes(Open()!);

    /// <summary>
    /// Overwrites a tensor of the same shape, of any type and device. Where both agree with what is stored, the bytes go straight into its memory.
    /// </summary>
    public void CopyTo(Tensor target)
    {
        Stream? bytes = Open();
        if (bytes is not null && target.dtype == Type && target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            TensorBytes.Fill(target, bytes);
            return;
        }
        using Tensor values = bytes is null ? Read() : ReadBytes(bytes);
        target.copy_(values);
    }

    /// <summary>A stream at the first of the values, if they are stored contiguously and in order, else null; it belongs to what stores them.</summary>
    public abstract Stream? Open();

    private Tensor ReadBytes(Stream bytes)
    {
        Tensor values = empty(Shape, Type, CPU);
        try
        {
            TensorBytes.Fill(values, bytes);
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }
}

/// <summary>A tensor that has been read already.</summary>
/// <param name="tensor">Borrowed.</param>
internal sealed class TensorInMemory(Tensor tensor) : StoredTensor(tensor.dtype, tensor.shape)
{
    public override Tensor Read() => tensor.alias();

    public override Stream? Open() => null;
}

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
