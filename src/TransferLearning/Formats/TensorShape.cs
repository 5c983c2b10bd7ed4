using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>Arithmetic on shapes that a file claims: nothing here overflows silently.</summary>
internal static class TensorShape
{
    // libtorch's element loops take no more.
    private const int MostDimensions = 64;

    /// <summary>The number of elements.</summary>
    /// <exception cref="InvalidDataException">A side is negative, there are too many, or their product does not fit 64 bits.</exception>
    public static long ElementCount(ReadOnlySpan<long> shape)
    {
        if (shape.Length > MostDimensions)
            throw new InvalidDataException($"a tensor has {shape.Length} dimensions; at most {MostDimensions} are possible");

        // The product of the sides that are not zero must fit as well: libtorch computes strides from it.
        long product = 1;
        bool empty = false;
        foreach (long side in shape)
        {
            if (side < 0 || (side > 0 && product > long.MaxValue / side))
                throw new InvalidDataException($"a tensor has the shape {ShapeText.Of(shape)}, which no memory holds");
            empty |= side == 0;
            product *= Math.Max(side, 1);
        }
        return empty ? 0 : product;
    }

    /// <summary>The number of bytes that so many elements take.</summary>
    /// <exception cref="InvalidDataException">It does not fit 64 bits, or the count is negative.</exception>
    public static long ByteCount(long elements, ScalarType type)
    {
        int elementSize = TensorBytes.ElementSize(type);
        if (elements < 0 || elements > long.MaxValue / elementSize)
            throw new InvalidDataException($"{elements} elements of {elementSize} bytes are claimed, which no file holds");
        return elements * elementSize;
    }
}
