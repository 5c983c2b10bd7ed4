using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

/// <summary>Metrics of multi-label classification and regression, against values worked out by hand.</summary>
public sealed class ValueMetricTests
{
    private static readonly float[,] _logits = { { 2, -1, 0.5f }, { -2, 1, 0.2f }, { 1, 3, -1 }, { -1, -2, -3 } };
    private static readonly float[,] _labels = { { 1, 0, 0 }, { 0, 1, 1 }, { 0, 1, 0 }, { 1, 0, 0 } };

    [Fact]
    public void MeanAveragePrecision_RanksEachClass()
    {
        // Class 0 ranks rows 0, 2, 3, 1, right ones first and third: (1/1 + 2/3) / 2. Class 1 is perfect. Class 2 has its one second.
        Assert.Equal(((1 + 2.0 / 3) / 2 + 1 + 0.5) / 3, Value(Metric.MeanAveragePrecision, _logits, _labels), 12);
    }

    [Fact]
    public void MeanAveragePrecision_EqualScores_CountTogetherAndClassesWithoutSamplesNot() =>
        Assert.Equal(
            2.0 / 3,
            Value(Metric.MeanAveragePrecision, new float[,] { { 1, 0 }, { 1, 0 }, { 1, 0 } }, new float[,] { { 1, 0 }, { 0, 0 }, { 1, 0 } }), 12);

    [Fact]
    public void MultiLabelMacroF1_AtHalf_IsTheMeanOfTheClassesF1()
    {
        // Claimed: class 0 rows 0, 2; class 1 rows 1, 2; class 2 rows 0, 1.
        Assert.Equal((2.0 / 4 + 4.0 / 4 + 2.0 / 3) / 3, Value(Metric.MultiLabelMacroF1(), _logits, _labels), 12);
    }

    [Theory]
    [InlineData(0.5, 1)] // row 1 has exactly its classes
    [InlineData(0.7, 0)] // row 0 has: sigmoid(0.5) falls short
    public void ExactMatch_AtAThreshold_WantsEveryClass(double threshold, int right)
    {
        using Tensor outputs = tensor(_logits), labels = tensor(_labels);
        IMetricTally tally = Metric.ExactMatch(threshold).CreateTally();
        using Tensor output = outputs.narrow(0, right, 1), label = labels.narrow(0, right, 1);
        tally.Add(new BatchOutcome { Output = output, Labels = label, Loss = 0, Count = 1 });

        Assert.Equal(1, tally.Value);
        Assert.Equal(0.25, Value(Metric.ExactMatch(threshold), _logits, _labels));
    }

    [Fact]
    public void Regression_TwoColumns_IsTheMeanOfBoth()
    {
        float[,] output = { { 1, 10 }, { 2, 20 }, { 6, 30 } }, labels = { { 1, 10 }, { 4, 20 }, { 4, 33 } };

        Assert.Equal((4.0 / 3 + 1) / 2, Value(Metric.MeanAbsoluteError, output, labels), 6);
        Assert.Equal((Math.Sqrt(8.0 / 3) + Math.Sqrt(3)) / 2, Value(Metric.RootMeanSquaredError, output, labels), 6);
        Assert.Equal((1 - 8 / 6.0 + 1 - 9 / 266.0) / 2, Value(Metric.R2, output, labels), 6);
    }

    [Fact]
    public void R2_OfOneSampleOrEqualLabels_IsAsScikitLearnSays()
    {
        Assert.Equal(double.NaN, Value(Metric.R2, new float[,] { { 1 } }, new float[,] { { 1 } }));
        Assert.Equal(0, Value(Metric.R2, new float[,] { { 1 }, { 2 } }, new float[,] { { 2 }, { 2 } }));
        Assert.Equal(1, Value(Metric.R2, new float[,] { { 2 }, { 2 } }, new float[,] { { 2 }, { 2 } }));
    }

    [Fact]
    public void Value_WithoutSamples_IsNaN()
    {
        Metric[] metrics =
        [
            Metric.MeanAveragePrecision, Metric.MultiLabelMacroF1(), Metric.ExactMatch(),
            Metric.MeanAbsoluteError, Metric.RootMeanSquaredError, Metric.R2,
        ];

        Assert.All(metrics, metric => Assert.Equal(double.NaN, metric.CreateTally().Value));
    }

    [Fact]
    public void Add_LabelsOfAnotherShape_SaysWhatIsRight()
    {
        var error = Assert.Throws<ArgumentException>(() => Value(Metric.MeanAbsoluteError, new float[2, 3], new float[2, 1]));

        Assert.StartsWith("The labels must be floating point [1, 3], one for each output; they are Float32 [1, 1].", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void ExactMatch_WithAThresholdThatIsNone_IsRefused(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>("thresholds", () => Metric.ExactMatch(threshold));

    [Fact]
    public void MetricValues_AreEqualByContentAndReadByMetricOrName()
    {
        MetricValues one = new([new("loss", 0.5), new("accuracy", double.NaN)]), other = new([new("loss", 0.5), new("accuracy", double.NaN)]);

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, new MetricValues([new("loss", 0.5)]));
        Assert.Equal(0.5, one[Metric.Loss]);
        Assert.Equal(double.NaN, one["accuracy"]);
        Assert.Equal("'macro-f1' was not measured. Measured: loss, accuracy.", Assert.Throws<KeyNotFoundException>(() => one[Metric.MacroF1]).Message);
    }

    private static double Value(Metric metric, float[,] output, float[,] labels)
    {
        using Tensor outputs = tensor(output), targets = tensor(labels);
        IMetricTally tally = metric.CreateTally();
        using Tensor firstOutput = outputs.narrow(0, 0, 1), firstLabels = targets.narrow(0, 0, 1);
        tally.Add(new BatchOutcome { Output = firstOutput, Labels = firstLabels, Loss = 0, Count = 1 });
        if (output.GetLength(0) > 1)
        {
            using Tensor restOutput = outputs.narrow(0, 1, output.GetLength(0) - 1), restLabels = targets.narrow(0, 1, labels.GetLength(0) - 1);
            tally.Add(new BatchOutcome { Output = restOutput, Labels = restLabels, Loss = 0, Count = labels.GetLength(0) - 1 });
        }
        return tally.Value;
    }
}
