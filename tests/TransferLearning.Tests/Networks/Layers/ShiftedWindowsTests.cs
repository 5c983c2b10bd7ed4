using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class ShiftedWindowsTests
{
    [Theory]
    [InlineData(8, 8, 0)]
    [InlineData(8, 8, 2)]
    [InlineData(5, 7, 2)]
    [InlineData(3, 9, 2)]
    public void Join_OfWhatWasCut_GivesTheMapsBack(int height, int width, int shift)
    {
        using var scope = NewDisposeScope();
        float[] values = [.. Enumerable.Range(1, 2 * height * width * 3).Select(value => (float)value)];
        Tensor maps = tensor(values, [2, height, width, 3]);
        var windows = new ShiftedWindows(maps.shape, side: 4, shift);

        Tensor joined = windows.Join(windows.Cut(maps));

        Assert.Equal(maps.shape, joined.shape);
        Assert.Equal(values, joined.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Separate_OfTwoShiftedWindowsInARow_KeepsTheEdgesApart()
    {
        using var scope = NewDisposeScope();
        var windows = new ShiftedWindows([1, 2, 4, 1], side: 2, shift: 1);

        Tensor bias = windows.Separate(zeros(1, 4, 4));

        // Columns 1 2 | 3 0: in the second window, the tokens left and right are not neighbours.
        float[] second = [0, -100, 0, -100, -100, 0, -100, 0, 0, -100, 0, -100, -100, 0, -100, 0];
        Assert.Equal([2, 1, 4, 4], bias.shape);
        Assert.Equal([.. new float[16], .. second], bias.contiguous().data<float>().ToArray());
    }
}
