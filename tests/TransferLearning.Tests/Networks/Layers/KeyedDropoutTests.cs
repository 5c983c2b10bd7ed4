using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class KeyedDropoutTests
{
    private const double Probability = 0.25;
    private const float Kept = 1 / 0.75f;

    [Fact]
    public void Forward_InTraining_DropsEachValueByTheNextDraw()
    {
        using var dropout = new KeyedDropout(Probability);
        dropout.Restart(new RandomStream(1, 2));
        using Tensor input = ones(2, 3, 4);

        using Tensor output = dropout.call(input);

        Assert.Equal([2, 3, 4], output.shape);
        Assert.Equal(Factors(new RandomStream(1, 2), count: 24), output.data<float>().ToArray());
    }

    [Fact]
    public void Forward_OfStochasticDepthInTraining_DropsEachImageByTheNextDraw()
    {
        using var dropout = new StochasticDepth(Probability);
        dropout.Restart(new RandomStream(1, 2));
        using Tensor input = ones(8, 3, 2, 2);

        using Tensor output = dropout.call(input);

        float[] expected = [.. Factors(new RandomStream(1, 2), count: 8).SelectMany(factor => Enumerable.Repeat(factor, 12))];
        Assert.Contains(0, expected);
        Assert.Contains(Kept, expected);
        Assert.Equal([8, 3, 2, 2], output.shape);
        Assert.Equal(expected, output.data<float>().ToArray());
    }

    [Theory]
    [InlineData(Probability, false)]
    [InlineData(0, true)]
    public void Forward_OutsideTrainingOrWithNothingToDrop_GivesItsInput(double probability, bool training)
    {
        using var dropout = new KeyedDropout(probability);
        dropout.train(training);
        using Tensor input = arange(6, ScalarType.Float32);

        using Tensor output = dropout.call(input);

        Assert.Equal([0, 1, 2, 3, 4, 5], output.data<float>().ToArray());
    }

    private static float[] Factors(RandomStream random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < Probability ? 0 : Kept)];
}
