using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

/// <summary>Metrics against numbers worked out by hand, and rankings against every pair.</summary>
public sealed class MetricNumbersTests
{
    private static readonly double[][] _probabilities = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.55, 0.25], [0.25, 0.25, 0.5]]; // taken for 0, 1, 1, 2
    private static readonly long[] _classes = [0, 2, 1, 2];

    private static readonly (Metric Metric, double Expected)[] _ofClasses =
    [
        (Metric.LogLoss, -(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.55) + Math.Log(0.5)) / 4),
        (Metric.BrierScore, (0.14 + 0.86 + 0.305 + 0.375) / 4),
        (Metric.BalancedAccuracy, (1 + 1 + 0.5) / 3),
        (Metric.MacroPrecision, (1 + 0.5 + 1) / 3),
        (Metric.WeightedPrecision, (1 + 0.5 + 2 * 1) / 4),
        (Metric.MacroF1, (1 + 2.0 / 3 + 2.0 / 3) / 3),
        (Metric.WeightedF1, (1 + 2.0 / 3 + 2 * 2.0 / 3) / 4),
        (Metric.MatthewsCorrelation, 0.7),                      // (3 * 4 - 5) / sqrt((16 - 6) * (16 - 6))
        (Metric.CohensKappa, 7.0 / 11),                         // (3 / 4 - 5 / 16) / (1 - 5 / 16)
        (Metric.ExpectedCalibrationError(3), (0.3 + 0.35) / 4), // 0.7 once right; 0.6, 0.55 and 0.5 twice right
        (Metric.RocAuc, (1 + 2.0 / 3 + 1) / 3),                  // class 1: 0.6 is of another
        (Metric.AveragePrecision, (1 + 0.5 + 1) / 3),
    ];

    [Fact]
    public void Metric_OfFourSamplesOfThreeClasses_IsWhatItIsByHand() =>
        Assert.All(_ofClasses, known => Assert.Equal(known.Expected, Measure(known.Metric, Logits(_probabilities), _classes), 1e-6));

    [Theory]
    [InlineData("roc-auc")]
    [InlineData("average-precision")]
    [InlineData("mcc")]
    [InlineData("kappa")]
    public void Metric_WhereOnlyOneClassOccurs_IsDefinedAsDocumented(string name)
    {
        Metric metric = new[] { Metric.RocAuc, Metric.AveragePrecision, Metric.MatthewsCorrelation, Metric.CohensKappa }.Single(known => known.Name == name);

        double value = Measure(metric, Logits([[0.9, 0.1], [0.8, 0.2]]), [0, 0]);

        Assert.Equal(name switch { "mcc" => 0, "average-precision" => 1, _ => double.NaN }, value);
    }

    [Fact]
    public void Metric_OfNothing_IsNaN() =>
        Assert.All(_ofClasses.Select(known => known.Metric), metric => Assert.Equal(double.NaN, metric.CreateTally().Value));

    [Fact]
    public void Rankings_WithTies_CountEveryPairAndPlace()
    {
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            double[] scores = [.. Enumerable.Range(0, 40).Select(_ => random.Next(12) / 4.0)];
            bool[] isTrue = [.. Enumerable.Range(0, 40).Select(index => index == 0 || (index > 1 && random.Next(3) == 0))];
            double pairs = 0, right = 0, precision = 0;
            for (int member = 0; member < 40; member++)
            {
                if (!isTrue[member])
                    continue;
                precision += (double)Above(member, index => isTrue[index]) / Above(member, _ => true);
                for (int other = 0; other < 40; other++)
                {
                    if (isTrue[other])
                        continue;
                    pairs++;
                    right += scores[member] > scores[other] ? 1 : scores[member] == scores[other] ? 0.5 : 0;
                }
            }

            Assert.Equal(right / pairs, Rankings.RocAuc(scores, isTrue), 1e-14);
            Assert.Equal(precision / isTrue.Count(held => held), Rankings.AveragePrecision(scores, isTrue), 1e-12);

            int Above(int member, Func<int, bool> counts) => Enumerable.Range(0, 40).Count(index => counts(index) && scores[index] >= scores[member]);
        }
    }

    [Fact]
    public void RocAuc_OfNearlyCertainSamples_StillTellsThemApart() =>
        Assert.Equal(1, Measure(Metric.RocAuc, new float[,] { { 40, 0 }, { 30, 0 }, { 29, 0 } }, [0, 0, 1]));

    [Fact]
    public void LogLoss_OfCertainAndWrongSamples_IsFiniteAndExact()
    {
        Assert.Equal(1000, Measure(Metric.LogLoss, new float[,] { { 1000, 0 } }, [1]), 1e-9);
        Assert.Equal(Math.Exp(-40), Measure(Metric.LogLoss, new float[,] { { 40, 0 } }, [0]), 1e-30);
    }

    private static readonly (Metric Metric, double Expected)[] _ofLabels =
    [
        (Metric.MultiLabelMicroF1(), 6.0 / 8),
        (Metric.MultiLabelSamplesF1(), (0.5 + 1 + 1) / 3),
        (Metric.HammingLoss(), 2.0 / 9),
        (Metric.MultiLabelMacroF1(), (1 + 2.0 / 3 + 0) / 3),
        (Metric.ExactMatch(), 2.0 / 3),
        (Metric.HammingLoss(0.999, 0.5, 0.5), 4.0 / 9),
        (Metric.MultiLabelRocAuc, (1 + 1.0) / 2),                     // of the third label there is no image
        (Metric.MultiLabelLogLoss, (6 * Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(-2.5)) + 2 * Math.Log(1 + Math.Exp(2))) / 9),
    ];

    [Fact]
    public void Metric_OfThreeSamplesOfThreeLabels_IsWhatItIsByHand()
    {
        // predicted: 1 0 1, 0 0 0, 1 1 0; true: 1 1 0, 0 0 0, 1 1 0
        float[,] logits = { { 2, -2, 2 }, { -2, -2.5f, -2 }, { 2, 2, -2 } }, labels = { { 1, 1, 0 }, { 0, 0, 0 }, { 1, 1, 0 } };

        Assert.All(_ofLabels, known => Assert.Equal(known.Expected, Measure(known.Metric, logits, labels), 1e-9));
    }

    [Fact]
    public void MultiLabelCalibrationError_OfHonestProbabilities_IsZero()
    {
        float logit = (float)Math.Log(3); // 3 of 4

        Assert.Equal(0, Measure(Metric.MultiLabelCalibrationError(), new float[,] { { logit }, { logit }, { logit }, { logit } }, new float[,] { { 1 }, { 0 }, { 1 }, { 1 } }), 1e-6);
        Assert.Equal(0.25, Measure(Metric.MultiLabelCalibrationError(), new float[,] { { logit }, { logit } }, new float[,] { { 0 }, { 1 } }), 1e-6);
    }

    [Fact]
    public void Thresholds_OfAnotherNumber_AreAProblem()
    {
        Assert.Equal("There are 2 thresholds for 3 classes.", Assert.Single(Metric.HammingLoss(0.2, 0.3).FindProblems(3)));
        Assert.Throws<ArgumentException>(() => Measure(Metric.HammingLoss(0.2, 0.3), new float[,] { { 1, 2, 3 } }, new float[,] { { 1, 1, 0 } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metric.ExactMatch(0.5, 1));
    }

    [Fact]
    public void Regression_OfFourErrors_IsWhatItIsByHand()
    {
        float[,] outputs = { { 1 }, { 2 }, { 4 }, { 8 } }, labels = { { 1 }, { 3 }, { 2 }, { 6 } }; // off by 0, -1, 2, 2

        Assert.Equal(1.5, Measure(Metric.MedianAbsoluteError, outputs, labels), 1e-12);
        Assert.Equal(1 - 6.75 / 14, Measure(Metric.ExplainedVariance, outputs, labels), 1e-12);
        Assert.Equal(1 - 9.0 / 14, Measure(Metric.R2, outputs, labels), 1e-12);
        Assert.Equal(double.NaN, Metric.MedianAbsoluteError.CreateTally().Value);
    }

    [Fact]
    public void Metric_OverTwoBatches_IsThatOverOne()
    {
        float[,] logits = Logits(_probabilities);
        foreach (Metric metric in _ofClasses.Select(known => known.Metric))
        {
            IMetricTally tally = metric.CreateTally();
            foreach (int row in Enumerable.Range(0, 4))
                Add(tally, new[,] { { logits[row, 0], logits[row, 1], logits[row, 2] } }, tensor(new[] { _classes[row] }));

            Assert.Equal(Measure(metric, logits, _classes), tally.Value, 1e-12);
        }
    }

    private static float[,] Logits(double[][] probabilities)
    {
        var logits = new float[probabilities.Length, probabilities[0].Length];
        for (int row = 0; row < probabilities.Length; row++)
        {
            for (int column = 0; column < probabilities[0].Length; column++)
                logits[row, column] = (float)Math.Log(probabilities[row][column]);
        }
        return logits;
    }

    private static double Measure(Metric metric, float[,] outputs, long[] labels)
    {
        IMetricTally tally = metric.CreateTally();
        Add(tally, outputs, tensor(labels));
        return tally.Value;
    }

    private static double Measure(Metric metric, float[,] outputs, float[,] labels)
    {
        IMetricTally tally = metric.CreateTally();
        Add(tally, outputs, tensor(labels));
        return tally.Value;
    }

    private static void Add(IMetricTally tally, float[,] outputs, Tensor labels)
    {
        using Tensor output = tensor(outputs), owned = labels;
        tally.Add(new BatchOutcome { Output = output, Labels = owned, Loss = 0, Count = outputs.GetLength(0) });
    }
}
