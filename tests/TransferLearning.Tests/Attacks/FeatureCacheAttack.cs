using TransferLearning.FeatureCache;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Attacks;

/// <summary>A store of features that is damaged before or during a fit: it may cost time, but neither the fit nor its numbers.</summary>
internal sealed class FeatureCacheAttack : AttackKind
{
    private static readonly DatasetSplit _images = ToyImages.Split(trainingEach: 4, validationEach: 2);

    private static readonly string[] _moments = ["before", "start", "features", "step", "epoch"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _sound;
    private readonly double _expected;
    private readonly (string Name, Action<string, RandomStream> Damage)[] _damages;
    private int _made;

    public FeatureCacheAttack()
    {
        _sound = _folder.File("sound");
        _expected = Fit(_sound, _ => { });
        _damages =
        [
            ("nothing", (_, _) => { }),
            ("bytes of a volume", (store, random) => Mutate(random.Choose(Volumes(store)), random)),
            ("bytes of every volume", (store, random) => Array.ForEach(Volumes(store), volume => Mutate(volume, random))),
            ("volumes cut in half", (store, _) => Array.ForEach(Volumes(store), volume => Write(volume, File.ReadAllBytes(volume)[..^(int)(new FileInfo(volume).Length / 2)]))),
            ("volumes cut while they are open", (store, _) => Array.ForEach(Volumes(store), Cut)),
            ("empty volumes", (store, _) => Array.ForEach(Volumes(store), volume => Write(volume, []))),
            ("volumes of zeros", (store, _) => Array.ForEach(Volumes(store), volume => Write(volume, new byte[new FileInfo(volume).Length]))),
            ("volumes that are exchanged", (store, _) => Exchange(Volumes(store))),
            ("a foreign volume", (store, random) => Write(NewVolume(store), random.Bytes(5000))),
            ("a volume twice", (store, _) => File.Copy(Volumes(store)[0], NewVolume(store))),
            ("no volumes", (store, _) => Array.ForEach(Volumes(store), File.Delete)),
            ("no store", (store, _) => Directory.Delete(store, recursive: true)),
            ("volumes that are folders", (store, _) => Array.ForEach(Volumes(store), volume => { File.Delete(volume); Directory.CreateDirectory(volume); })),
            ("a folder for a volume", (store, _) => Directory.CreateDirectory(NewVolume(store))),
            ("a pipe for a volume", (store, _) => UnixFiles.MakePipe(NewVolume(store))),
            ("a link to itself for a volume", (store, _) => { string volume = NewVolume(store); File.CreateSymbolicLink(volume, volume); }),
            ("a device for a volume", (store, _) => File.CreateSymbolicLink(NewVolume(store), "/dev/zero")),
            ("a file for a shelf", (store, _) => { string shelf = Shelf(store); Directory.Delete(shelf, recursive: true); File.WriteAllText(shelf, "in the way"); }),
            ("a file for the store", (store, _) => { Directory.Delete(store, recursive: true); File.WriteAllText(store, "in the way"); }),
        ];
    }

    public override long MemoryBound => 128L << 20;

    public override Attack? Make(long seed, int number)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        var random = new RandomStream(seed, number);
        int cases = _damages.Length * _moments.Length;
        int chosen = number < cases ? number : random.NextInt32(cases);
        (string name, Action<string, RandomStream> damage) = _damages[chosen % _damages.Length];
        string moment = _moments[((chosen / _damages.Length) + chosen) % _moments.Length];
        return new Attack($"{name}, {moment}", () => Attacked(moment, damage, new RandomStream(seed, number, 1)));
    }

    public override bool IsDocumented(Exception error) => false;

    public override void Dispose() => _folder.Dispose();

    private static string[] Volumes(string store) => Directory.Exists(store)
        ? [.. Directory.GetFiles(store, "*.features", SearchOption.AllDirectories).Order(StringComparer.Ordinal).DefaultIfEmpty(NewVolume(store))]
        : [Path.Combine(store, "absent")];

    private static string Shelf(string store) => Directory.GetDirectories(store).Order(StringComparer.Ordinal).First();

    private static string NewVolume(string store) => Path.Combine(Shelf(store), $"{Guid.NewGuid():N}.features");

    private static void Exchange(string[] volumes)
    {
        byte[][] contents = [.. volumes.Select(File.ReadAllBytes)];
        for (int volume = 0; volume < volumes.Length; volume++)
            Write(volumes[volume], contents[^(volume + 1)]);
    }

    private static void Mutate(string volume, RandomStream random)
    {
        byte[] whole = File.ReadAllBytes(volume);
        if (whole.Length == 0)
            return;
        var mutator = new FileMutator(whole, [(0, whole.Length)]);
        mutator.Mutate(random);
        Write(volume, mutator.Bytes.ToArray());
    }

    // A new file under the name; whoever has the old one open keeps it.
    private static void Write(string path, byte[] bytes)
    {
        string beside = path + ".new";
        File.WriteAllBytes(beside, bytes);
        File.Move(beside, path, overwrite: true);
    }

    private static void Cut(string volume)
    {
        using FileStream file = File.OpenWrite(volume);
        file.SetLength(file.Length / 2);
    }

    private void Attacked(string moment, Action<string, RandomStream> damage, RandomStream random)
    {
        string store = _folder.File($"{_made++}");
        Copy(_sound, store);
        bool isDone = false;
        double loss = Fit(store, reached =>
        {
            if (reached != moment || isDone)
                return;
            isDone = true;
            try
            {
                damage(store, random);
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // What was to be damaged is not there at this moment.
            }
        });
        if (Math.Abs(loss - _expected) > 1e-3)
            throw new AttackFailedException($"the loss is {loss} where it should be {_expected}");
        if (Directory.Exists(store))
            Directory.Delete(store, recursive: true);
        else
            File.Delete(store);
    }

    private static double Fit(string store, Action<string> reached)
    {
        reached("before");
        var caching = new FeatureCaching { Views = 2, Store = new FeatureStoreOptions { Directory = store } };
        using TrainingResult result = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(_images).For(epochs: 3, batchSize: 5)
            .CacheFeatures(caching).RunOn(torchThreads: 1, workers: 1).Observe(() => new Moments(reached)).Build().Fit();
        Finite.Check(result.Model.Predict(_images.Validation.Load(0).Span));
        return result.History[^1].Validation["loss"];
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class Moments(Action<string> reached) : ITrainingObserver
    {
        public void FitStarting(TrainingRun run) => reached("start");

        public void ImagesPrepared(int images, TrainingRun run) => reached("features");

        public void StepEnded(StepRecord step, TrainingRun run) => reached("step");

        public void EpochEnded(EpochRecord epoch, TrainingRun run) => reached("epoch");
    }
}
