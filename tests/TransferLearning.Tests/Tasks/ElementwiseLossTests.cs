using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

/// <summary>Losses with a target for each output, and soft targets, worked out by hand.</summary>
public sealed class ElementwiseLossTests
{
    private static readonly float[,] _output = { { 0, 2 }, { -1, 3 } };
    private static readonly float[,] _targets = { { 1, 0 }, { 0, 1 } };

    [Fact]
    public void BinaryCrossEntropy_Plain_IsTheMeanOverAllOutputs() =>
        Assert.Equal((Softplus(0) + Softplus(2) + Softplus(-1) + Softplus(-3)) / 4, Loss(Losses.BinaryCrossEntropy()), 1e-6);

    [Fact]
    public void BinaryCrossEntropy_WithPositiveWeights_CountsPositivesMore() =>
        Assert.Equal((2 * Softplus(0) + Softplus(2) + Softplus(-1) + 3 * Softplus(-3)) / 4, Loss(Losses.BinaryCrossEntropy([2, 3])), 1e-6);

    [Fact]
    public void RegressionLosses_OfErrors1And2And1And2_AreTheirMeans()
    {
        Assert.Equal((1 + 4 + 1 + 4) / 4.0, Loss(Losses.MeanSquaredError()), 1e-6);
        Assert.Equal((1 + 2 + 1 + 2) / 4.0, Loss(Losses.MeanAbsoluteError()), 1e-6);
        Assert.Equal((0.5 + 1.5 + 0.5 + 1.5) / 4, Loss(Losses.Huber()), 1e-6);
    }

    [Fact]
    public void CrossEntropy_OfProbabilities_IsTheirMeanNegativeLogLikelihood()
    {
        using Tensor output = tensor(new float[,] { { 1, 0 } }), mixed = tensor(new float[,] { { 0.25f, 0.75f } });
        using Tensor loss = Losses.CrossEntropy().Compute(new LossContext { Output = output, Targets = mixed });

        double first = Math.Exp(1) / (Math.Exp(1) + 1);
        Assert.Equal(-0.25 * Math.Log(first) - 0.75 * Math.Log(1 - first), loss.item<float>(), 1e-6);
    }

    [Fact]
    public void Loss_OfTargetsThatNativeCodeWouldBroadcast_IsRefused()
    {
        using Tensor output = zeros(4, 2), targets = zeros(4, 1);

        foreach (ILoss loss in new[] { Losses.MeanSquaredError(), Losses.MeanAbsoluteError(), Losses.Huber(), Losses.BinaryCrossEntropy(), Losses.CrossEntropy() })
        {
            var failure = Assert.Throws<ArgumentException>(() => loss.Compute(new LossContext { Output = output, Targets = targets }));
            Assert.Contains("[4, 2]", failure.Message);
            Assert.Contains("[4, 1]", failure.Message);
        }
    }

    [Fact]
    public void FindProblems_OfWeightsForOtherOutputs_SaysHowManyThereAre()
    {
        Assert.Equal(["There are 2 positive weights for 3 classes."], Losses.BinaryCrossEntropy([1, 2]).FindProblems(outputs: 3));
        Assert.Equal(["There are 2 class weights for 3 classes."], Losses.CrossEntropy(classWeights: [1, 2]).FindProblems(outputs: 3));
        Assert.Empty(Losses.MeanSquaredError().FindProblems(outputs: 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Loss_WithANumberThatIsNone_IsRefused(double number)
    {
        Assert.Throws<ArgumentOutOfRangeException>("delta", () => Losses.Huber(number));
        Assert.Throws<ArgumentOutOfRangeException>("positiveWeights", () => Losses.BinaryCrossEntropy([number]));
    }

    private static double Softplus(double value) => Math.Log(1 + Math.Exp(value));

    private static double Loss(ILoss loss)
    {
        using Tensor output = tensor(_output), targets = tensor(_targets);
        using Tensor value = loss.Compute(new LossContext { Output = output, Targets = targets });
        return value.item<float>();
    }
}
