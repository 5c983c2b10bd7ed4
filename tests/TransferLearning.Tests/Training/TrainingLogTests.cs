using Microsoft.Extensions.Logging;
using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Training;

public sealed class TrainingLogTests
{
    [Fact]
    public void Fit_WithALogger_WritesEpochsAsInformationAndStepsAsTraces()
    {
        var log = new LogLines();
        Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 12).Seed(5).LogTo(log).Build().Fit().Dispose();

        string[] information = [.. log.Where(line => line.Level == LogLevel.Information).Select(line => line.Text)];
        Assert.Equal("The head starts from random weights: that of small_network is no single linear layer in a StagedNetwork.", information[0]);
        information = information[1..];
        Assert.Equal(5, information.Length);
        Assert.StartsWith("Fitting small_network: 2 epochs, batches of 12, seed 5,", information[0]);
        Assert.StartsWith("Epoch 1 of 2: training loss ", information[1]);
        Assert.Contains("validation loss ", information[2]);
        Assert.Equal("Fit ended (Completed) after 2 epochs: all epochs were run", information[4]);
        Assert.Matches("^Epoch [12] of 2 was chosen by its accuracy on the validation images, so its numbers are optimistic: loss .*; the last epoch's: loss ", information[3]);
        Assert.Equal(2 * 2, log.Count(line => line.Level == LogLevel.Trace));
    }

    [Fact]
    public void Fit_SkippingAFileWithAHostileName_LogsItAsOneLine()
    {
        var log = new LogLines();
        byte[] whole = ToyImages.Encoded(classIndex: 0, new Random(1));
        var source = new InMemoryDataset(
            [new LabeledImage(whole, "ants"), new LabeledImage(whole, "bees"), new LabeledImage(whole[..50], "ants", "x\n\u001b[2Jerror: all is lost.png")]);

        Trainer.FineTune(SmallNetwork.Pretrained()).On(new DatasetSplit(source, source)).For(epochs: 1).RunOn(torchThreads: 1)
            .WhenUnreadable(UnreadablePolicy.SkipAndReport).LogTo(log).Build().Fit().Dispose();

        Assert.Contains(log, line => line.Text.StartsWith(@"Skipped 'x\u000a\u001b[2Jerror: all is lost.png': ", StringComparison.Ordinal));
        Assert.All(log, line => Assert.DoesNotContain(line.Text, char.IsControl));
    }
}
