using TorchSharp;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

public sealed class TallyTests
{
    private static readonly float[,] _logits =
    {
        { 3, 2, 1, 0 },
        { 0, 1, 2, 3 },
        { 2, 3, 1, 0 },
        { 5, 0, 5, 1 },
    };

    [Fact]
    public void Value_WithoutSamples_IsNaN()
    {
        foreach (Metric metric in new[] { Metric.Accuracy, Metric.TopK(2), Metric.MacroF1, Metric.Loss })
            Assert.Equal(double.NaN, metric.CreateTally().Value);
    }

    [Theory]
    [InlineData(1, 0.25)] // the largest are 0, 3, 1 and, of equals, the first: 0
    [InlineData(2, 0.75)] // row 1's true class comes third
    [InlineData(3, 1.0)]
    public void TopK_FourRows_CountsTrueClassesAmongTheLargest(int k, double expected) =>
        Assert.Equal(expected, Tally(Metric.TopK(k), _logits, [0, 1, 0, 2]));

    [Fact]
    public void Accuracy_BatchesOfDifferentSize_WeighsSamplesNotBatches()
    {
        IMetricTally tally = Metric.Accuracy.CreateTally();
        Add(tally, _logits, [0, 3, 1, 0]);
        Add(tally, new float[,] { { 0, 0, 0, 1 } }, [2]);

        Assert.Equal(0.8, tally.Value);
    }

    [Fact]
    public void Accuracy_EmptyBatch_ChangesNothing()
    {
        IMetricTally tally = Metric.Accuracy.CreateTally();
        Add(tally, _logits, [0, 3, 1, 1]);
        Add(tally, new float[0, 4], []);

        Assert.Equal(0.75, tally.Value);
    }

    [Fact]
    public void Accuracy_HalfPrecisionViewThatNeedsGradient_IsRead()
    {
        using Tensor logits = tensor(_logits).t().contiguous().to(bfloat16).requires_grad_();
        using Tensor view = logits.t();
        using Tensor targets = tensor(new long[] { 0, 3, 1, 0 });
        IMetricTally tally = Metric.Accuracy.CreateTally();

        tally.Add(Outcome(view, targets));

        Assert.Equal(1, tally.Value);
    }

    [Fact]
    public void Add_Borrowed_LeavesTheTensorsAlive()
    {
        using Tensor logits = tensor(_logits);
        using Tensor targets = tensor(new long[] { 0, 3, 1, 0 });

        Metric.Accuracy.CreateTally().Add(Outcome(logits, targets));

        Assert.Equal(3, logits[0, 0].item<float>());
        Assert.Equal(3, targets[1].item<long>());
    }

    [Fact]
    public void Add_Batch_LeavesNoTensorBehind()
    {
        using Tensor logits = tensor(_logits).to(bfloat16);
        using Tensor targets = tensor(new long[] { 0, 3, 1, 0 });
        IMetricTally tally = Metric.Accuracy.CreateTally();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        tally.Add(Outcome(logits, targets));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void MacroF1_TwoBatches_CountsThemTogether()
    {
        IMetricTally tally = Metric.MacroF1.CreateTally();
        Add(tally, _logits, [0, 3, 0, 1]);
        Add(tally, new float[,] { { 1, 0, 0, 0 } }, [0]);

        // (actual, predicted): (0,0) (3,3) (0,1) (1,0) (0,0). F1: class 0 = 4/6, 1 = 0, 3 = 1; class 2 never occurs.
        Assert.Equal((4.0 / 6 + 0 + 1) / 3, tally.Value, 12);
    }

    [Fact]
    public void Loss_UnequalBatches_WeighsBySamples()
    {
        using Tensor logits = tensor(_logits), targets = tensor(new long[] { 0, 3, 1, 0 });
        IMetricTally tally = Metric.Loss.CreateTally();
        tally.Add(new BatchOutcome { Output = logits, Labels = targets, Loss = 1, Count = 3 });
        tally.Add(new BatchOutcome { Output = logits, Labels = targets, Loss = 5, Count = 1 });

        Assert.Equal(2.0, tally.Value);
    }

    [Fact]
    public void Classes_ReadByTwoMetrics_AreCopiedOnce()
    {
        using Tensor logits = tensor(_logits), targets = tensor(new long[] { 0, 3, 1, 0 });
        BatchOutcome outcome = Outcome(logits, targets);

        Assert.Same(outcome.Classes, outcome.Classes);
    }

    [Fact]
    public void Add_WrongShapesAndTypes_SaysWhatCameAndWhatIsRight()
    {
        using Tensor logits = tensor(_logits);
        using Tensor targets = tensor(new long[] { 0, 3, 1, 0 });
        using Tensor flat = logits.flatten();
        using Tensor whole = logits.to(int64);
        using Tensor column = targets.unsqueeze(1);
        using Tensor narrow = targets.to(int32);
        using Tensor three = targets.narrow(0, 0, 3);
        using Tensor classless = zeros(4, 0);

        AssertRefused(flat, targets, "The output must be floating point [N, classes]; it is Float32 [16].");
        AssertRefused(whole, targets, "The output must be floating point [N, classes]; it is Int64 [4, 4].");
        AssertRefused(classless, targets, "The output must be floating point [N, classes]; it is Float32 [4, 0].");
        AssertRefused(logits, column, "The targets must be Int64 [N]; they are Int64 [4, 1].");
        AssertRefused(logits, narrow, "The targets must be Int64 [N]; they are Int32 [4].");
        AssertRefused(logits, three, "The output has 4 rows and the targets 3; they must be equal.");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Add_TargetThatIsNoClass_SaysTheRange(long target)
    {
        var error = Assert.Throws<ArgumentException>(() => Tally(Metric.Accuracy, _logits, [0, 1, target, 2]));

        Assert.Equal($"Target {target} is no class of an output of 4 classes; it must be 0 to 3.", error.Message);
    }

    [Fact]
    public void Add_NaNLogit_SaysTheRow()
    {
        var error = Assert.Throws<ArgumentException>(() => Tally(Metric.Accuracy, new[,] { { 1f, 0 }, { 0, float.NaN } }, [0, 0]));

        Assert.StartsWith("Row 1 of the output holds NaN", error.Message);
    }

    [Fact]
    public void TopK_MoreThanTheClasses_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => Tally(Metric.TopK(5), _logits, [0, 1, 2, 3]));

        Assert.StartsWith("Top-5 needs at least 5 classes; the output has 4.", error.Message);
    }

    private static void AssertRefused(Tensor output, Tensor targets, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => Metric.Accuracy.CreateTally().Add(Outcome(output, targets))).Message);

    private static double Tally(Metric metric, float[,] logits, long[] targets)
    {
        IMetricTally tally = metric.CreateTally();
        Add(tally, logits, targets);
        return tally.Value;
    }

    private static void Add(IMetricTally tally, float[,] logits, long[] targets)
    {
        using Tensor output = tensor(logits);
        using Tensor classes = tensor(targets);
        tally.Add(Outcome(output, classes));
    }

    private static BatchOutcome Outcome(Tensor output, Tensor labels) =>
        new() { Output = output, Labels = labels, Loss = 0, Count = (int)labels.shape[0] };
}
