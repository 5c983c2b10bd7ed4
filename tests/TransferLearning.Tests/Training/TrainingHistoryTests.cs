using TransferLearning.Metrics;
using TransferLearning.Training;

namespace TransferLearning.Tests.Training;

public sealed class TrainingHistoryTests
{
    [Fact]
    public void Best_OfEqualEpochs_IsTheFirst()
    {
        TrainingHistory history = Of(Metric.Accuracy, 0.5, 0.8, 0.8, 0.7);

        Assert.Equal(2, history.Best!.Epoch);
        Assert.Equal(2, history.EpochsSinceBest);
        Assert.Equal(4, history.Count);
        Assert.Equal(3, history[2].Epoch);
    }

    [Fact]
    public void Best_ByALoss_IsTheLowest()
    {
        TrainingHistory history = Of(Metric.Loss, 0.5, 0.4, 0.6);

        Assert.Equal(2, history.Best!.Epoch);
        Assert.Equal(1, history.EpochsSinceBest);
    }

    [Fact]
    public void Best_BeforeTheFirstEpoch_IsNone()
    {
        TrainingHistory history = Of(Metric.Accuracy);

        Assert.Null(history.Best);
        Assert.Equal(0, history.EpochsSinceBest);
    }

    [Fact]
    public void EpochsSinceBest_WhileTheMetricIsNaN_IsNone()
    {
        TrainingHistory history = Of(Metric.MacroF1, double.NaN, double.NaN, double.NaN);

        Assert.Equal(1, history.Best!.Epoch);
        Assert.Equal(0, history.EpochsSinceBest);

        history.Add(Epoch(Metric.MacroF1, 4, 0.1));
        Assert.Equal(4, history.Best!.Epoch);
    }

    private static TrainingHistory Of(Metric monitored, params double[] values)
    {
        var history = new TrainingHistory(monitored);
        foreach ((int index, double value) in values.Index())
            history.Add(Epoch(monitored, index + 1, value));
        return history;
    }

    private static EpochRecord Epoch(Metric metric, int number, double value) => new()
    {
        Epoch = number,
        Training = new MetricValues([]),
        Validation = new MetricValues([KeyValuePair.Create(metric.Name, value)]),
        LearningRate = 1,
        TrainableWeights = 1,
        Duration = TimeSpan.Zero,
        Waited = TimeSpan.Zero,
        TorchThreads = 1,
    };
}
