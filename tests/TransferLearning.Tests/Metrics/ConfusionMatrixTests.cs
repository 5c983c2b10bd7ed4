using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    // Rows are actual: ants 3 right, 1 taken for bees; bees 2 taken for ants, 4 right; wasps never seen, once predicted for bees.
    private static readonly (int Actual, int Predicted, int Times)[] _samples = [(0, 0, 3), (0, 1, 1), (1, 0, 2), (1, 1, 4), (1, 2, 1)];

    [Fact]
    public void Metrics_OfTwentyThousandClasses_TakeMemoryByTheirSamples()
    {
        const int Classes = 20_000;
        string[] names = [.. Enumerable.Range(0, Classes).Select(index => $"{index}")];
        long before = GC.GetAllocatedBytesForCurrentThread();

        var matrix = new ConfusionMatrix(names);
        for (int index = 0; index < Classes; index++)
            matrix.Add(index, index / 2 * 2);
        double[] values = [matrix.MacroF1, matrix.BalancedAccuracy, matrix.MatthewsCorrelation, matrix.CohensKappa];

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40 << 20);
        Assert.Equal(1.0 / 3, values[0], 12);
        Assert.Equal(0.5, values[1], 12);
    }

    [Fact]
    public void Add_Batch_CountsEveryPair()
    {
        ConfusionMatrix matrix = Filled("ants", "bees", "wasps");

        Assert.Equal(11, matrix.Total);
        Assert.All(_samples, sample => Assert.Equal(sample.Times, matrix[sample.Actual, sample.Predicted]));
        Assert.Equal(0, matrix[2, 2]);
        Assert.Equal(7.0 / 11, matrix.Accuracy, 12);
    }

    [Fact]
    public void Scores_EachClass_FollowTheirDefinitions()
    {
        ConfusionMatrix matrix = Filled("ants", "bees", "wasps");

        Assert.Equal(new ClassScores("ants", Precision: 3.0 / 5, Recall: 3.0 / 4, F1: 6.0 / 9, Support: 4), matrix.GetScores(0));
        Assert.Equal(new ClassScores("bees", Precision: 4.0 / 5, Recall: 4.0 / 7, F1: 8.0 / 12, Support: 7), matrix.GetScores(1));
        Assert.Equal(new ClassScores("wasps", 0, 0, 0, 0), matrix.GetScores(2));
    }

    [Fact]
    public void MacroF1_ClassOnlyPredicted_CountsAsZeroAndOneThatNeverOccursIsLeftOut()
    {
        Assert.Equal((6.0 / 9 + 8.0 / 12 + 0) / 3, Filled("ants", "bees", "wasps").MacroF1, 12);
        Assert.Equal((6.0 / 9 + 8.0 / 12 + 0) / 3, Filled("ants", "bees", "wasps", "hornets").MacroF1, 12);
    }

    [Fact]
    public void Shares_WithoutSamples_AreNaN()
    {
        var matrix = new ConfusionMatrix(["ants", "bees"]);

        Assert.Equal(double.NaN, matrix.Accuracy);
        Assert.Equal(double.NaN, matrix.MacroF1);
    }

    [Fact]
    public void ToString_ThreeClasses_IsAnAlignedTable()
    {
        const string Expected =
            """
            actual \ predicted   ants   bees  wasps  recall
            ants                    3      1      0   0.750
            bees                    2      4      1   0.571
            wasps                   0      0      0   0.000
            precision           0.600  0.800  0.000   0.636
            """;

        Assert.Equal(Expected, Filled("ants", "bees", "wasps").ToString());
    }

    [Fact]
    public void Add_OutputOfOtherClasses_Throws()
    {
        var matrix = new ConfusionMatrix(["ants", "bees"]);
        using Tensor output = zeros(1, 3);
        using Tensor targets = zeros(1, int64);

        var error = Assert.Throws<ArgumentException>(() => matrix.Add(output, targets));

        Assert.Equal("The output has 3 classes; the confusion matrix has 2.", error.Message);
    }

    [Fact]
    public void ConfusionMatrix_WithoutClasses_IsRefused() => Assert.Throws<ArgumentException>(() => new ConfusionMatrix([]));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Scores_OfNoClass_Throws(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(["ants", "bees"]).GetScores(index));

    private static ConfusionMatrix Filled(params string[] classes)
    {
        (int Actual, int Predicted)[] pairs = [.. _samples.SelectMany(sample => Enumerable.Repeat((sample.Actual, sample.Predicted), sample.Times))];
        var logits = new float[pairs.Length, classes.Length];
        for (int row = 0; row < pairs.Length; row++)
            logits[row, pairs[row].Predicted] = 1;

        var matrix = new ConfusionMatrix(classes);
        using Tensor output = tensor(logits);
        using Tensor targets = tensor(Array.ConvertAll(pairs, pair => (long)pair.Actual));
        matrix.Add(output, targets);
        return matrix;
    }
}
