using TransferLearning.Formats.Pickle;
using TransferLearning.Internal;

namespace TransferLearning.Formats.PyTorch;

/// <summary>
/// What a pickle says of a tensor: a view of a storage that has been checked against the storage's length, so that no native code meets a bad one.
/// </summary>
/// <param name="Storage">What it is a view of.</param>
/// <param name="Offset">The first element's place in the whole storage.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Strides">The steps between elements along each side.</param>
/// <param name="ElementCount">The product of the sides.</param>
internal sealed record TensorDescription(StorageHandle Storage, long Offset, long[] Shape, long[] Strides, long ElementCount)
{
    /// <summary>Whether the tensor has all of its storage's elements, in their order.</summary>
    public bool IsWholeStorage => Offset == 0 && ElementCount == Storage.Length && IsInOrder();

    /// <summary>Checks a view.</summary>
    /// <exception cref="InvalidDataException">It reaches outside its storage.</exception>
    public static TensorDescription Of(StorageHandle storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length)
            throw new InvalidDataException($"a tensor has {shape.Length} sides and {strides.Length} strides");

        long elementCount = TensorShape.ElementCount(shape);
        if (offset < 0 || offset > storage.Count || (elementCount > 0 && !Covers(storage.Count - offset, shape, strides)))
        {
            throw new InvalidDataException(
                $"a tensor of shape {ShapeText.Of(shape)} with strides {ShapeText.Of(strides)} from " +
                $"element {offset} reaches outside its storage '{storage.Key}' of {storage.Count} elements");
        }
        return new TensorDescription(storage, storage.Start + offset, shape, strides, elementCount);
    }

    /// <summary>Python's <c>torch._utils._rebuild_tensor</c>, of which only the first four arguments say where the values lie.</summary>
    public static TensorDescription Rebuild(object?[] arguments) => arguments is [StorageHandle storage, _, _, _, ..]
        ? Of(storage,
            PickleValue.Integer(arguments[1], "a tensor's offset"),
            PickleValue.Integers(arguments[2], "a tensor's shape"),
            PickleValue.Integers(arguments[3], "a tensor's strides"))
        : throw new InvalidDataException("a tensor is built from something other than a storage, an offset, a shape and strides; the file is damaged");

    // A step along a side of length 1 is never taken.
    private bool IsInOrder()
    {
        long stride = 1;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            if (Shape[i] != 1 && Strides[i] != stride)
                return false;
            stride *= Shape[i];
        }
        return true;
    }

    private static bool Covers(long available, long[] shape, long[] strides)
    {
        long last = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            long steps = shape[i] - 1;
            if (strides[i] < 0 || (steps > 0 && strides[i] > (long.MaxValue - last) / steps))
                return false;
            last += steps * strides[i];
        }
        return last < available;
    }
}
