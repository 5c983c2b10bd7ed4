using TransferLearning.Tasks;

using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

public sealed class FocalLossTests
{
    private static readonly float[,] _logits = { { 1, 0, -1 }, { 0, 3, 0.5f }, { -2, 0.1f, 0.7f } };
    private static readonly double[,] _probabilities = Softmax(_logits);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Focal_OfClasses_IsTheMeanOfTheDoubtToThePowerTimesCrossEntropy(double gamma)
    {
        double expected = Enumerable.Range(0, 3).Average(row => Term(row, column: row, gamma));

        Assert.Equal(expected, Loss(Losses.Focal(gamma)), 1e-6);
    }

    [Fact]
    public void Focal_WithoutFocus_IsCrossEntropy() => Assert.Equal(Loss(Losses.CrossEntropy()), Loss(Losses.Focal(gamma: 0)), 1e-6);

    [Fact]
    public void Focal_WithClassWeights_MultipliesEachImageByThatOfItsClass()
    {
        double[] weights = [0.5, 1, 3];
        double expected = Enumerable.Range(0, 3).Average(row => weights[row] * Term(row, column: row, gamma: 2));

        Assert.Equal(expected, Loss(Losses.Focal(gamma: 2, weights)), 1e-6);
    }

    [Fact]
    public void Focal_OfProbabilities_MixesTheTermsOfTheClasses()
    {
        using Tensor targets = tensor(new float[,] { { 0.75f, 0.25f, 0 }, { 0, 1, 0 }, { 0.5f, 0, 0.5f } });
        double expected = (0.75 * Term(0, 0, 2) + 0.25 * Term(0, 1, 2) + Term(1, 1, 2) + 0.5 * Term(2, 0, 2) + 0.5 * Term(2, 2, 2)) / 3;

        Assert.Equal(expected, Loss(Losses.Focal(), targets), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Focal_OfACertainAnswer_HasAFiniteGradient(double gamma)
    {
        using Tensor output = tensor(new float[,] { { 200, 0, 0 }, { -200, 0, 0 } }).requires_grad_(), targets = tensor(new long[] { 0, 0 });
        using Tensor loss = Losses.Focal(gamma).Compute(new LossContext { Output = output, Targets = targets });

        loss.backward();

        Assert.All(output.grad!.data<float>().ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(2, 0.25)]
    [InlineData(0.5, null)]
    public void BinaryFocal_OfLabels_IsTorchvisionsFormula(double gamma, double? alpha)
    {
        float[,] labels = { { 1, 0, 1 }, { 0, 1, 0 }, { 0, 0, 0 } };
        double sum = 0;
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                double p = 1 / (1 + Math.Exp(-_logits[row, column]));
                double t = labels[row, column];
                double crossEntropy = -(t * Math.Log(p) + (1 - t) * Math.Log(1 - p));
                double pt = p * t + (1 - p) * (1 - t);
                double weight = alpha is { } share ? share * t + (1 - share) * (1 - t) : 1;
                sum += weight * Math.Pow(1 - pt, gamma) * crossEntropy;
            }
        }
        using Tensor targets = tensor(labels);

        Assert.Equal(sum / 9, Loss(Losses.BinaryFocal(gamma, alpha), targets), 1e-6);
    }

    [Fact]
    public void BinaryFocal_OfMixedLabels_LiesBetween()
    {
        double Of(float target)
        {
            using Tensor targets = full([3, 3], target);
            return Loss(Losses.BinaryFocal(), targets);
        }

        Assert.Equal(0.3 * Of(1) + 0.7 * Of(0), Of(0.3f), 1e-6);
    }

    [Fact]
    public void Losses_OfBadArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("gamma", () => Losses.Focal(-1));
        Assert.Throws<ArgumentOutOfRangeException>("classWeights", () => Losses.Focal(classWeights: [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>("gamma", () => Losses.BinaryFocal(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("alpha", () => Losses.BinaryFocal(alpha: 1.5));
        Assert.Equal(["There are 2 class weights for 3 classes."], Losses.Focal(classWeights: [1, 2]).FindProblems(3));
        using Tensor output = zeros(2, 2), targets = zeros(3, dtype: ScalarType.Int64);
        var failure = Assert.Throws<ArgumentException>(() => Losses.Focal().Compute(new LossContext { Output = output, Targets = targets }));
        Assert.Equal("The focal loss takes logits [N, classes] and targets Int64 [N], or probabilities [N, classes]; found [2, 2] and Int64 [3].", failure.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CrossEntropy_SmoothedWithClassWeights_IsTorchsFormula(bool soft)
    {
        // Targets q become (1 - 0.2) q + 0.2 / 3; a class's weight multiplies its term. Of indices, the mean is over the weights of the true classes.
        double[] weights = [0.5, 1, 3];
        double sum = 0;
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
                sum -= weights[column] * ((row == column ? 0.8 : 0) + 0.2 / 3) * Math.Log(_probabilities[row, column]);
        }
        using Tensor? targets = soft ? eye(3) : null;

        Assert.Equal(sum / (soft ? 3 : 4.5), Loss(Losses.CrossEntropy(labelSmoothing: 0.2, weights), targets), 1e-6);
    }

    private static double Term(int row, int column, double gamma) =>
        -Math.Pow(1 - _probabilities[row, column], gamma) * Math.Log(_probabilities[row, column]);

    private static double Loss(ILoss loss, Tensor? targets = null)
    {
        using Tensor output = tensor(_logits), indices = tensor(new long[] { 0, 1, 2 });
        using Tensor value = loss.Compute(new LossContext { Output = output, Targets = targets ?? indices });
        return value.item<float>();
    }

    private static double[,] Softmax(float[,] logits)
    {
        var probabilities = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            double sum = Enumerable.Range(0, 3).Sum(column => Math.Exp(logits[row, column]));
            for (int column = 0; column < 3; column++)
                probabilities[row, column] = Math.Exp(logits[row, column]) / sum;
        }
        return probabilities;
    }
}
