using System.Diagnostics;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Models;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Attacks;

/// <summary>Disks that are full or read-only, streams that break, paths that name no file, and processes that are killed while they write.</summary>
internal sealed class FileSystemAttack : AttackKind
{
    public const string VerbOfWriter = "attack-write";

    private const int Numbers = 100_000;
    private const int VolumeKibibytes = 1024;

    private static readonly string[] _paths =
        ["a\0b", " ", "folder", "file/inside", "self", "absent/link", new('n', 300), "deep/er/than/all", "pipe", "\u001b[31m\n.tlmodel", "\ud800", "-rf", "con", "a:b", "~"];

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryVolume? _volume = TemporaryVolume.TryMount(VolumeKibibytes);
    private readonly byte[] _model;
    private readonly Func<RandomStream, Attack?>[] _cases;

    public FileSystemAttack()
    {
        using Predictor predictor = Train();
        using var file = new MemoryStream();
        predictor.Save(file);
        _model = file.ToArray();
        _cases = [BreakStream, DripStream, NamePath, FillDisk, FillDiskUnderModel, FillDiskUnderFeatures, FillDiskUnderDownload, ForbidWriting, Kill];
    }

    public override long MemoryBound => 256L << 20;

    public override TimeSpan Limit => TimeSpan.FromSeconds(60);

    public override Attack? Make(long seed, int number) => _cases[number % _cases.Length](new RandomStream(seed, number));

    public override bool IsDocumented(Exception error) => error is IOException or UnauthorizedAccessException or ModelFileException
        || (error is ArgumentException && error.Message.Contains("path", StringComparison.OrdinalIgnoreCase));

    public override void Dispose()
    {
        _volume?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Writes weights of one number each again and again; what the process does that is killed.</summary>
    public static void WriteForever(string path)
    {
        var watch = Stopwatch.StartNew();
        for (int number = 0; watch.Elapsed < TimeSpan.FromMinutes(1); number++)
        {
            Write(path, number);
            if (number == 0)
                Console.WriteLine("written");
        }
    }

    private static void Write(string path, float number)
    {
        using Tensor numbers = full(Numbers, number);
        Safetensors.Write(path, [("numbers", numbers)], new Dictionary<string, string> { ["note"] = "kept" });
    }

    // Whole, of one writing.
    private static void CheckWritten(string path)
    {
        using StateDict read = Safetensors.Read(path);
        using var scope = NewDisposeScope();
        Tensor numbers = read["numbers"];
        if (numbers.shape is not [Numbers] || !numbers.eq(numbers[0]).all().item<bool>())
            throw new AttackFailedException("the file is of two writings");
    }

    private static Predictor Train()
    {
        using TrainingResult result = Fit(Trainer.FineTune(SmallNetwork.Pretrained()));
        return result.TakeModel();
    }

    private static TrainingResult Fit(TrainerBuilder builder) =>
        builder.On(ToyImages.Split(trainingEach: 4, validationEach: 2)).For(epochs: 2, batchSize: 5).RunOn(torchThreads: 1, workers: 1).Build().Fit();

    private static void CheckNothingBeside(string folder, params string[] expected)
    {
        string? left = Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(name => !expected.Contains(name));
        if (left is not null)
            throw new AttackFailedException($"left '{left}'");
    }

    private Predictor Load(Stream stream) => Predictor.Load(stream, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

    private Attack BreakStream(RandomStream random)
    {
        int at = random.NextInt32(_model.Length);
        return new Attack($"a stream that breaks after {at} bytes", () =>
        {
            using Predictor predictor = Load(new MemoryStream(_model));
            using var stream = new BreakingStream(at);
            predictor.Save(stream);
            throw new AttackFailedException("the error of the stream was lost");
        });
    }

    private Attack DripStream(RandomStream random)
    {
        int at = random.NextInt32(4) == 0 ? _model.Length : random.NextInt32(_model.Length);
        return new Attack($"a stream that gives a byte at a time, {at} of {_model.Length}", () =>
        {
            using Predictor predictor = Load(new DrippingStream(_model[..at]));
            if (at < _model.Length)
                throw new AttackFailedException("a torn model was loaded");
        });
    }

    private Attack? NamePath(RandomStream random)
    {
        string name = random.Choose(_paths);
        if (!OperatingSystem.IsLinux())
            return null;
        return new Attack($"the path '{name}'", () =>
        {
            using var folder = new TemporaryFolder();
            Directory.CreateDirectory(folder.File("folder"));
            File.WriteAllText(folder.File("file"), "in the way");
            File.CreateSymbolicLink(folder.File("self"), folder.File("self"));
            UnixFiles.MakePipe(folder.File("pipe"));
            using Predictor predictor = Load(new MemoryStream(_model));
            string path = folder.File(name);
            predictor.Save(path);
            Predictor.Load(path, new PredictorOptions { Backbone = SmallNetwork.Pretrained() }).Dispose();
        });
    }

    private Attack? FillDisk(RandomStream random)
    {
        if (_volume is not { } volume)
            return null;
        int left = random.NextInt32((Numbers * sizeof(float)) + 20_000);
        return new Attack($"a disk with {left} bytes left", () =>
        {
            string path = volume.File("numbers.safetensors");
            File.Delete(volume.File("filler"));
            Write(path, 1);
            volume.FillBut(left);
            try
            {
                Write(path, 2);
            }
            finally
            {
                CheckWritten(path);
                CheckNothingBeside(volume.FullPath, "numbers.safetensors", "filler");
            }
        });
    }

    private Attack? FillDiskUnderModel(RandomStream random) => OnFullDisk(random, "the best model", 30_000, folder =>
        Fit(Trainer.FineTune(SmallNetwork.Pretrained()).KeepBest(Metric.Accuracy, folder)).Dispose());

    private Attack? FillDiskUnderFeatures(RandomStream random) => OnFullDisk(random, "features", 3_000, folder => Fit(Trainer
        .ExtractFeatures(StagedSmallNetwork.Pretrained()).CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = folder } })).Dispose());

    private Attack? FillDiskUnderDownload(RandomStream random) => OnFullDisk(random, "a download", 300_000, folder =>
    {
        byte[] content = new byte[200_000];
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        using var server = new HostileServer(async (_, stream, end) =>
        {
            await HostileServer.Say(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n", end);
            await stream.WriteAsync(content, end);
        });
        var store = new WeightsStore(new WeightsStoreOptions { Folder = folder, HubFolder = null, Offline = false, Mirror = null, Attempts = 1 });
        store.Fetch(new WeightsSource.Published(server.Address, hash));
    });

    private Attack? OnFullDisk(RandomStream random, string what, int most, Action<string> use)
    {
        if (_volume is not { } volume)
            return null;
        int left = random.NextInt32(most);
        return new Attack($"{what} on a disk with {left} bytes left", () =>
        {
            string folder = volume.File("used");
            Directory.CreateDirectory(folder);
            volume.FillBut(left);
            try
            {
                use(folder);
            }
            finally
            {
                string? partial = Directory.GetFiles(folder, "*.partial", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).FirstOrDefault();
                Directory.Delete(folder, recursive: true);
                if (partial is not null)
                    throw new AttackFailedException($"left '{partial}'");
            }
        });
    }

    private Attack? ForbidWriting(RandomStream random)
    {
        if (_volume is not { } volume)
            return null;
        bool isFit = random.NextInt32(2) == 0;
        return new Attack($"a read-only disk, {(isFit ? "a fit with features there" : "a file")}", () =>
        {
            string path = volume.File("numbers.safetensors");
            File.Delete(volume.File("filler"));
            Write(path, 1);
            volume.MakeReadOnly();
            try
            {
                if (isFit)
                    Fit(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained())
                        .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = volume.File("features") } })).Dispose();
                else
                    Write(path, 2);
            }
            finally
            {
                volume.MakeWritable();
                CheckWritten(path);
            }
        });
    }

    private Attack Kill(RandomStream random)
    {
        int milliseconds = random.NextInt32(40);
        return new Attack($"a process that is killed after {milliseconds} ms of writing", () =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("numbers.safetensors");
            using Process writer = DotnetProcess.StartTests([VerbOfWriter, path]);
            try
            {
                writer.StandardOutput.ReadLine();
                Thread.Sleep(milliseconds);
            }
            finally
            {
                writer.Kill();
                writer.WaitForExit();
            }
            CheckWritten(path);
        });
    }

    private sealed class BreakingStream(int left) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if ((left -= buffer.Length) < 0)
                throw new IOException("the stream breaks");
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }

    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
