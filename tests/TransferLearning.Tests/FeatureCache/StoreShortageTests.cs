using Microsoft.Extensions.Logging;
using TransferLearning.FeatureCache;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>Whatever becomes of a store of 5 MiB while a fit uses it, the fit ends with the same numbers as with a store that nothing happens to.</summary>
public sealed class StoreShortageTests : IDisposable
{
    private const int TrainingEach = 200;
    private const int Images = 3 * TrainingEach + 12;
    private const int Views = 2;
    private const int Epochs = 4;
    private const long LeastBound = 1 << 20;

    private static readonly Lazy<double[]> _undisturbed = new(() => Alone(variant: 0));

    private readonly TemporaryFolder _store = new();
    private readonly LogLines _log = [];

    [Fact]
    public void Fit_BeyondTheBound_EndsTheSameAndSaysOnceWhatToRaise()
    {
        var seen = new SeenImages();

        double[] numbers = Fit(_store.FullPath, LeastBound, seen);

        Assert.Equal(_undisturbed.Value, numbers);
        Assert.InRange(BytesIn(_store.FullPath), 1, LeastBound);
        Assert.InRange(seen.AfterEpoch[^1], Views * 3 * TrainingEach + 1, Epochs * Images);
        Assert.Contains("Raise FeatureStoreOptions.MaximumBytes", Assert.Single(Warnings()));
    }

    [Fact]
    public void Fit_BeyondTheBoundAgain_EndsTheSameAndUsesWhatWasStored()
    {
        var first = new SeenImages();
        Fit(_store.FullPath, LeastBound, first);
        string[] stored = Files(_store.FullPath);
        var second = new SeenImages();

        Assert.Equal(_undisturbed.Value, Fit(_store.FullPath, LeastBound, second));

        Assert.InRange(second.AfterEpoch[^1], Images, first.AfterEpoch[^1] - 1);
        Assert.NotEmpty(stored.Intersect(Files(_store.FullPath)));
    }

    [Fact]
    public void Fit_WithoutFiles_KeepsNoMoreThanTheBoundInMemory()
    {
        File.WriteAllText(_store.File("store"), "a file where the store should be");
        var seen = new SeenImages();

        Assert.Equal(_undisturbed.Value, Fit(_store.File("store"), LeastBound, seen));

        // What is in memory serves the third epoch, and validation the three after its first.
        Assert.True(seen.AfterEpoch[^1] >= Epochs * Images - 3 * 12 - LeastBound / (2048 * VolumeLayout.FeatureBytes), $"only {seen.AfterEpoch[^1]} images were computed");
        Assert.Equal(2, Warnings().Count()); // one of what cannot be written, one of what to raise
    }

    [Fact]
    public void Fits_ThatShareABoundedStore_EndAsEachAlone()
    {
        double[] other = Alone(variant: 1);
        double[][] numbers = new double[3][];

        Parallel.For(0, 3, fit => numbers[fit] = Numbers(Builder(_store.FullPath, LeastBound, variant: fit % 2, TrainingEach)));

        Assert.Equal(_undisturbed.Value, numbers[0]);
        Assert.Equal(other, numbers[1]);
        Assert.Equal(_undisturbed.Value, numbers[2]);
    }

    [Theory]
    [InlineData(nameof(Delete))]
    [InlineData(nameof(CutShort))]
    [InlineData(nameof(FillWithGarbage))]
    [InlineData(nameof(Swap))]
    public void Fit_WhoseFilesAreDamagedInAnEpoch_EndsTheSame(string damage)
    {
        Action<string> harm = damage switch
        {
            nameof(Delete) => Delete,
            nameof(CutShort) => CutShort,
            nameof(FillWithGarbage) => FillWithGarbage,
            _ => Swap,
        };

        Assert.Equal(_undisturbed.Value, Fit(_store.FullPath, 1L << 30, new Harm(() => harm(_store.FullPath))));
    }

    [Fact]
    public void Fit_WhoseFilesWereDamagedInAnEpoch_LeavesAWholeStore()
    {
        Fit(_store.FullPath, 1L << 30, new Harm(() => CutShort(_store.FullPath)));
        var seen = new SeenImages();

        Assert.Equal(_undisturbed.Value, Fit(_store.FullPath, 1L << 30, seen));

        Assert.Equal(0, seen.AfterEpoch[^1]);
    }

    [SkippableFact]
    public void Fit_OnAFullDisk_EndsTheSame()
    {
        using TemporaryVolume disk = TemporaryVolume.Require(kibibytes: 1024);

        Assert.Equal(_undisturbed.Value, Fit(disk.FullPath, 1L << 30, new SeenImages()));

        Assert.Contains("cannot be written", Assert.Single(Warnings()));
        Assert.DoesNotContain(Files(disk.FullPath), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Fit_OnADiskThatBecomesReadOnly_EndsTheSame()
    {
        using TemporaryVolume disk = TemporaryVolume.Require(kibibytes: 1024);

        Assert.Equal(_undisturbed.Value, Fit(disk.FullPath, LeastBound, new Harm(disk.MakeReadOnly)));
        Assert.Equal(_undisturbed.Value, Fit(disk.FullPath, 1L << 30, new SeenImages()));
    }

    [SkippableFact]
    public void Fits_WithManyNetworks_LeaveNoFileOfTheStoreOpen()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the files that a process has open are listed under Linux");
        var most = new OpenFiles(_store.FullPath);

        for (int variant = 0; variant < 8; variant++)
            Fit(_store.FullPath, LeastBound, most, variant, trainingEach: 30);

        Assert.InRange(most.Most, 1, 40);
        Assert.Equal(0, most.Count());
    }

    public void Dispose() => _store.Dispose();

    private static double[] Alone(int variant)
    {
        using var store = new TemporaryFolder();
        return Numbers(Builder(store.FullPath, 1L << 30, variant, TrainingEach));
    }

    private static string[] Files(string folder) =>
        Directory.GetFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    private static long BytesIn(string folder) => Files(folder).Sum(path => new FileInfo(path).Length);

    private static void Delete(string folder) => Array.ForEach(Files(folder), File.Delete);

    private static void CutShort(string folder) => Change(folder, file => file.SetLength(file.Length / 2));

    private static void FillWithGarbage(string folder) => Change(folder, file =>
    {
        byte[] garbage = new byte[file.Length];
        new Random(1).NextBytes(garbage);
        file.Write(garbage);
    });

    private static void Swap(string folder)
    {
        string[] files = Files(folder);
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        for (int i = 0; i < files.Length; i++)
            Overwrite(files[i], contents[(i + 1) % files.Length]);
    }

    private static void Overwrite(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(content);
        file.SetLength(content.Length);
    }

    private static void Change(string folder, Action<FileStream> change)
    {
        foreach (string path in Files(folder))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            change(file);
        }
    }

    private double[] Fit(string directory, long bound, ITrainingObserver observer, int variant = 0, int trainingEach = TrainingEach) =>
        Numbers(Builder(directory, bound, variant, trainingEach).Observe(() => observer).LogTo(_log));

    private static TrainerBuilder Builder(string directory, long bound, int variant, int trainingEach) =>
        Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained(variant, features: 2048)).StartFromRandomHead().On(ToyImages.Split(trainingEach)).For(Epochs, batchSize: 20)
            .Augment(images => images.RandomResizedCrop(16).RandomHorizontalFlip()).RunOn(torchThreads: 1)
            .CacheFeatures(new FeatureCaching { Views = Views, Store = new FeatureStoreOptions { Directory = directory, MaximumBytes = bound } });

    // All losses, and what the trained network says of images.
    private static double[] Numbers(TrainerBuilder builder)
    {
        using TrainingResult result = builder.Build().Fit();
        return
        [
            .. result.History.SelectMany(epoch => new[] { epoch.Training["loss"], epoch.Validation["loss"] }),
            .. Enumerable.Range(0, 6).SelectMany(seed => result.Model.Predict(ToyImages.Encoded(seed % 3, new Random(seed))).Probabilities),
        ];
    }

    private IEnumerable<string> Warnings() => _log.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text);

    /// <summary>Does harm once, in the middle of the second epoch.</summary>
    private sealed class Harm(Action harm) : ITrainingObserver
    {
        public void StepEnded(StepRecord step, TrainingRun run)
        {
            if (step.Position is { Epoch: 2, Step: 10 })
                harm();
        }
    }

    /// <summary>Counts the open files below a folder.</summary>
    private sealed class OpenFiles(string folder) : ITrainingObserver
    {
        public int Most { get; private set; }

        public int Count() => Directory.GetFiles("/proc/self/fd").Count(link => new FileInfo(link).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true);

        public void EpochEnded(EpochRecord epoch, TrainingRun run) => Most = Math.Max(Most, Count());
    }
}
