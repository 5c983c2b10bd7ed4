using TransferLearning.Formats.PyTorch;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class TensorDescriptionTests
{
    private static readonly StorageHandle _ten = StorageHandle.Whole("0", ScalarType.Float32, 10);

    [Theory]
    [InlineData(0, new long[] { 10 }, new long[] { 1 }, 10)]
    [InlineData(4, new long[] { 2, 3 }, new long[] { 3, 1 }, 6)]
    [InlineData(9, new long[] { 5, 5 }, new long[] { 0, 0 }, 25)]
    [InlineData(9, new long[0], new long[0], 1)]
    [InlineData(10, new long[] { 0, long.MaxValue }, new long[] { 1, 1 }, 0)]
    public void Of_ViewInsideItsStorage_IsKept(long offset, long[] shape, long[] strides, long elements)
    {
        TensorDescription tensor = TensorDescription.Of(_ten, offset, shape, strides);

        Assert.Equal(elements, tensor.ElementCount);
    }

    [Theory]
    [InlineData(1, new long[] { 10 }, new long[] { 1 })]
    [InlineData(10, new long[0], new long[0])]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(9, new long[] { 2 }, new long[] { -1 })]
    [InlineData(-1, new long[] { 0 }, new long[] { 1 })]
    [InlineData(0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 3, 3 }, new long[] { long.MaxValue, long.MaxValue })]
    [InlineData(0, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 })]
    [InlineData(0, new long[] { 2 }, new long[] { 1, 1 })]
    public void Of_ViewOutsideItsStorage_IsRefused(long offset, long[] shape, long[] strides) =>
        Assert.Throws<InvalidDataException>(() => TensorDescription.Of(_ten, offset, shape, strides));

    [Theory]
    [InlineData(0, new long[] { 10 }, new long[] { 1 }, true)]
    [InlineData(0, new long[] { 5, 1, 2 }, new long[] { 2, 77, 1 }, true)]
    [InlineData(0, new long[] { 2, 5 }, new long[] { 1, 2 }, false)]
    [InlineData(0, new long[] { 9 }, new long[] { 1 }, false)]
    [InlineData(1, new long[] { 9 }, new long[] { 1 }, false)]
    [InlineData(0, new long[] { 2, 5 }, new long[] { 0, 1 }, false)]
    public void IsWholeStorage_View_IsSoWhereNoElementIsLeftOutOrMoved(long offset, long[] shape, long[] strides, bool whole)
    {
        TensorDescription tensor = TensorDescription.Of(_ten, offset, shape, strides);

        Assert.Equal(whole, tensor.IsWholeStorage);
    }

    [Fact]
    public void Part_OfAStorage_BoundsItsTensors()
    {
        StorageHandle part = _ten.Part(4, 3);

        Assert.Equal(5, TensorDescription.Of(part, 1, [2], [1]).Offset);
        Assert.Throws<InvalidDataException>(() => TensorDescription.Of(part, 2, [2], [1]));
        Assert.Throws<InvalidDataException>(() => _ten.Part(8, 3));
    }
}
