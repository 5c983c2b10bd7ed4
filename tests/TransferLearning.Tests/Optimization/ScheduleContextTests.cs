using TransferLearning.Optimization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Optimization;

public sealed class ScheduleContextTests
{
    [Fact]
    public void Validation_InAFit_HoldsTheEpochsThatAreDone()
    {
        var seen = new SortedDictionary<int, double[]>();
        ILearningRateSchedule schedule = LearningRate.From(context =>
        {
            seen[context.Position.Epoch] = [.. context.Validation.Select(metrics => metrics["loss"])];
            return 1;
        });

        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize: 16)
            .Schedule(schedule).RunOn(torchThreads: 1).Build().Fit();

        double[] losses = [.. result.History.Select(epoch => epoch.Validation["loss"])];
        Assert.Equal([[], losses[..1], losses[..2]], seen.Values);
    }
}
