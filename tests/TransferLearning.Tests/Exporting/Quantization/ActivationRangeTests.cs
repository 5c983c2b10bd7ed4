using TransferLearning.Exporting.Quantization;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting.Quantization;

public sealed class ActivationRangeTests
{
    [Theory]
    [InlineData(-1, 1.55, 0.01, 100)]       // 2.55 in 255 steps, of which 100 are below zero
    [InlineData(0.5, 5.1, 0.02, 0)]         // zero must be stored
    [InlineData(-5.1, -2, 0.02, 255)]
    [InlineData(-0.01, 2.54, 0.01, 1)]
    [InlineData(0, 0, 1 / 255.0, 0)]
    public void Of_TwoEnds_DividesWhatLiesBetweenIntoSteps(double low, double high, double scale, int zeroPoint)
    {
        ActivationRange range = ActivationRange.Of(low, high);

        Assert.Equal(scale, range.Scale, 1e-6);
        Assert.Equal(zeroPoint, range.ZeroPoint);
    }

    [Fact]
    public void Stored_RoundsHalvesToTheEvenNeighbor_AndClamps()
    {
        using var scope = NewDisposeScope();
        var range = new ActivationRange(0.5f, 2);

        Tensor stored = range.Stored(tensor([0f, 0.25f, 0.75f, 1.25f, -0.25f, -0.75f, -1f, -9f, 126.5f, 500f, 0.1f]));

        Assert.Equal([0f, 0f, 1f, 1f, 0f, -1f, -1f, -1f, 126.5f, 126.5f, 0f], stored.data<float>());
        Assert.Equal((-1, 126.5), (range.Low, range.High));
    }

    [Fact]
    public void Stored_OfZero_IsZero()
    {
        using var scope = NewDisposeScope();

        foreach (double low in new[] { -3.21, -0.001, 0, 7 })
            Assert.Equal(0f, ActivationRange.Of(low, 8.7).Stored(zeros(1)).item<float>());
    }
}
