using TransferLearning.Tasks;

using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

public sealed class CrossEntropyLossTests
{
    // Probabilities of softmax([1, 0]) and softmax([0, 3]) by hand.
    private static readonly double _first = Math.Exp(1) / (Math.Exp(1) + 1);
    private static readonly double _second = Math.Exp(3) / (Math.Exp(3) + 1);

    [Fact]
    public void Loss_Plain_IsTheMeanNegativeLogProbability() =>
        Assert.Equal((-Math.Log(_first) - Math.Log(_second)) / 2, Loss(Losses.CrossEntropy()), 1e-6);

    [Fact]
    public void Loss_Smoothed_SpreadsTheTargetOverAllClasses()
    {
        double expected = Average(
            -0.9 * Math.Log(_first) - 0.1 * Math.Log(1 - _first),
            -0.9 * Math.Log(_second) - 0.1 * Math.Log(1 - _second));

        Assert.Equal(expected, Loss(Losses.CrossEntropy(labelSmoothing: 0.2)), 1e-6);
    }

    [Fact]
    public void Loss_Weighted_IsTheWeightedMean()
    {
        double expected = (-Math.Log(_first) - 3 * Math.Log(_second)) / (1 + 3);

        Assert.Equal(expected, Loss(Losses.CrossEntropy(classWeights: [1, 3])), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Loss_OfABatchWhoseClassesAllWeighNothing_IsZeroRatherThanNaN(double smoothing)
    {
        using Tensor output = tensor(new float[,] { { 1, 0 }, { 0, 3 } }).requires_grad_(), targets = tensor(new long[] { 0, 0 });
        using Tensor loss = Losses.CrossEntropy(smoothing, [0, 1]).Compute(new LossContext { Output = output, Targets = targets });

        loss.backward();

        Assert.Equal(0, loss.item<float>());
        Assert.All(output.grad!.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void CrossEntropy_WithSmoothingOutsideItsRange_IsRefused(double smoothing) =>
        Assert.Throws<ArgumentOutOfRangeException>("labelSmoothing", () => Losses.CrossEntropy(smoothing));

    [Fact]
    public void CrossEntropy_WithANegativeWeight_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("classWeights", () => Losses.CrossEntropy(classWeights: [1, -1]));

    [Fact]
    public void Loss_OfShapesThatDoNotFit_NamesBoth()
    {
        using Tensor output = zeros(2, 2), targets = zeros(3, dtype: ScalarType.Int64);

        var failure = Assert.Throws<ArgumentException>(() => Losses.CrossEntropy().Compute(new LossContext { Output = output, Targets = targets }));

        Assert.Contains("[2, 2]", failure.Message);
        Assert.Contains("[3]", failure.Message);
    }

    private static double Loss(ILoss loss)
    {
        using Tensor output = tensor(new float[,] { { 1, 0 }, { 0, 3 } }), targets = tensor(new long[] { 0, 1 });
        using Tensor value = loss.Compute(new LossContext { Output = output, Targets = targets });
        return value.item<float>();
    }

    private static double Average(double first, double second) => (first + second) / 2;
}
