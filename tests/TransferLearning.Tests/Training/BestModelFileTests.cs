using Microsoft.Extensions.Logging;
using TransferLearning.Metrics;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Training;

public sealed class BestModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = [];

    private string Checkpoints => _folder.File("checkpoints");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_IntoAFolderThatAnotherFitUsed_LeavesItsFileAndNamesItsOwn()
    {
        using TrainingResult first = Builder(epochs: 2).Build().Fit();
        byte[] content = File.ReadAllBytes(first.BestModelFile!);

        using TrainingResult second = Builder(epochs: 3).Build().Fit();

        Assert.Equal(Path.Combine(Checkpoints, "best.tlmodel"), first.BestModelFile);
        Assert.Equal(Path.Combine(Checkpoints, "best-2.tlmodel"), second.BestModelFile);
        Assert.Equal(content, File.ReadAllBytes(first.BestModelFile!));
        Assert.Equal(3, EpochOf(second.BestModelFile!));
        Assert.Equal(2, Directory.GetFileSystemEntries(Checkpoints).Length);
        Assert.Contains(_log, line => line.Text == $"The best model was saved as '{second.BestModelFile}'");
    }

    [Fact]
    public async Task Fit_BesideOtherFitsIntoTheSameFolder_HasAFileOfItsOwn()
    {
        using var together = new Barrier(3);

        TrainingResult[] results = await Task.WhenAll(Enumerable.Range(1, 3).Select(seed =>
            Builder(epochs: 2).Seed(seed).Observe(() => new AtStart(() => together.SignalAndWait())).Build().FitAsync()));

        Assert.Equal(["best-2.tlmodel", "best-3.tlmodel", "best.tlmodel"], results.Select(result => Path.GetFileName(result.BestModelFile!)).Order(StringComparer.Ordinal));
        foreach ((int seed, TrainingResult result) in results.Index())
        {
            using Predictor saved = Predictor.Load(result.BestModelFile!, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
            Assert.Equal((seed + 1, 2), (saved.Metadata.Seed, saved.Metadata.Epoch));
            result.Dispose();
        }
    }

    [Fact]
    public void Fit_WhoseFileAnotherHasWritten_LeavesItAndTakesANewName()
    {
        string path = Path.Combine(Checkpoints, "best.tlmodel");
        using TrainingResult result = Builder(epochs: 3).Observe(() => new AfterEpoch(1, () =>
        {
            File.WriteAllText(path, "another's");
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        })).Build().Fit();

        Assert.Equal("another's", File.ReadAllText(path));
        Assert.Equal(Path.Combine(Checkpoints, "best-2.tlmodel"), result.BestModelFile);
        Assert.Equal(3, EpochOf(result.BestModelFile!));
    }

    [Fact]
    public void Fit_IntoAFolderThatCannotBeMade_FailsBeforeItsFirstStepAndNamesIt()
    {
        File.WriteAllText(Checkpoints, "a file");
        var seen = new SeenImages();

        var failure = Assert.Throws<IOException>(() => Builder(epochs: 2).Observe(() => seen).Build().Fit());

        Assert.StartsWith($"The best model cannot be saved in the folder '{Checkpoints}': ", failure.Message);
        Assert.Empty(seen.AfterEpoch);
        Assert.DoesNotContain(_log, line => line.Level == LogLevel.Trace);
    }

    [Fact]
    public void Fit_WhoseFolderIsLost_EndsWithItsModelInMemoryAndSaysSo()
    {
        using TrainingResult result = Builder(epochs: 3).Observe(() => new AfterEpoch(1, LoseFolder)).Build().Fit();

        Assert.Equal((TrainingOutcome.Completed, 3, 3), (result.Outcome, result.History.Count, result.Best.Epoch));
        Assert.IsAssignableFrom<IOException>(result.BestModelFileError);
        Assert.Equal(result.Best.Validation[Metric.Accuracy], result.Model.Evaluate(ToyImages.Split().Validation).Accuracy, 1e-9);
        Assert.Equal(3, Warnings().Length);
        Assert.All(
            Warnings().Zip([2, 3, 3]),
            warning => Assert.StartsWith($"The best model, of epoch {warning.Second}, is in memory alone: it cannot be saved in '{Checkpoints}': ", warning.First));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Fit_WhoseFolderComesBack_SavesAtTheNextBestEpochOrAtTheEnd(int epoch)
    {
        using TrainingResult result = Builder(epochs: 3)
            .Observe(() => new AfterEpoch(1, LoseFolder)).Observe(() => new AfterEpoch(epoch, () => File.Delete(Checkpoints))).Build().Fit();

        Assert.Null(result.BestModelFileError);
        Assert.Equal(3, EpochOf(result.BestModelFile!));
        Assert.Equal(epoch - 1, Warnings().Length);
    }

    [Fact]
    public void Run_WhoseFolderIsLost_TellsObservers()
    {
        var told = new List<(string?, Type?)>();
        Builder(epochs: 2).Observe(() => new AfterEpoch(1, LoseFolder)).Observe(() => new Telling(told)).Build().Fit().Dispose();

        string file = Path.Combine(Checkpoints, "best.tlmodel");
        Assert.Equal([(file, null), (file, typeof(IOException)), (file, typeof(IOException))], told);
    }

    [Fact]
    public void Fit_WithoutAFolder_HasNoFile()
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1).RunOn(torchThreads: 1).Build().Fit();

        Assert.Equal((null, null), (result.BestModelFile, result.BestModelFileError));
    }

    private TrainerBuilder Builder(int epochs)
    {
        var rising = new Rising();
        return Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs, batchSize: 8).RunOn(torchThreads: 1)
            .Measure(rising, Metric.Accuracy).KeepBest(rising, Checkpoints).LogTo(_log);
    }

    private void LoseFolder()
    {
        Directory.Delete(Checkpoints, recursive: true);
        File.WriteAllText(Checkpoints, "a file");
    }

    private string[] Warnings() => [.. _log.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text)];

    private static int EpochOf(string path)
    {
        using Predictor saved = Predictor.Load(path, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
        return saved.Metadata.Epoch;
    }

    /// <summary>Each pass measures more than the one before, so every epoch is the best so far.</summary>
    private sealed class Rising() : Metric("rising", MetricDirection.HigherIsBetter)
    {
        private int _passes;

        public override IMetricTally CreateTally() => new Pass(_passes++);

        private sealed class Pass(double value) : IMetricTally
        {
            public double Value => value;

            public void Add(BatchOutcome outcome)
            {
            }
        }
    }

    private sealed class AtStart(Action act) : ITrainingObserver
    {
        public void FitStarting(TrainingRun run) => act();
    }

    private sealed class AfterEpoch(int epoch, Action act) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord record, TrainingRun run)
        {
            if (record.Epoch == epoch)
                act();
        }
    }

    private sealed class Telling(List<(string?, Type?)> told) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run) => told.Add((run.BestModelFile, run.BestModelFileError?.GetType()));

        public void FitEnded(TrainingRun run) => told.Add((run.BestModelFile, run.BestModelFileError?.GetType()));
    }
}
