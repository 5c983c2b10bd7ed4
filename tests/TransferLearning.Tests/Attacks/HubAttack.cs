using System.Text;
using TransferLearning.Formats;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Attacks;

/// <summary>A cache folder of Hugging Face's hub whose files are hostile: the network's configuration, and the index of its weights.</summary>
internal sealed class HubAttack : AttackKind
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Config =
        """
        {"architecture": "resnet18", "num_classes": 1000, "pretrained_cfg": {"input_size": [3, 160, 160], "interpolation": "bicubic", "crop_pct": 0.95,
        "crop_mode": "center", "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.3], "num_classes": 1000}}
        """;
    private const string Index = """{"metadata": {"total_size": 8}, "weight_map": {"conv1.weight": "a.safetensors", "bn1.weight": "b.safetensors"}}""";

    private static readonly (string Name, Action<string> Put)[] _files =
    [
        ("nothing", _ => { }),
        ("an empty file", path => File.WriteAllBytes(path, [])),
        ("a folder", path => Directory.CreateDirectory(path)),
        ("null", path => File.WriteAllText(path, "null")),
        ("a list", path => File.WriteAllText(path, "[1, 2]")),
        ("a number", path => File.WriteAllText(path, "1e999")),
        ("UTF-16", path => File.WriteAllText(path, Config, Encoding.Unicode)),
        ("UTF-8 with a mark", path => File.WriteAllText(path, Config, Encoding.UTF8)),
        ("Latin-1", path => File.WriteAllText(path, "{\"architecture\": \"caf\u00e9\"}", Encoding.Latin1)),
        ("zeros", path => File.WriteAllBytes(path, new byte[1 << 20])),
        ("20 MB of brackets", path => File.WriteAllText(path, new string('[', 20_000_000))),
        ("an architecture of 20 MB", path => File.WriteAllText(path, $$"""{"architecture": "{{new string('x', 20_000_000)}}"}""")),
        ("300,000 entries", path => File.WriteAllText(path, $$"""{{{string.Concat(Enumerable.Range(0, 300_000).Select(i => $"\"{i}\":{i},"))}}"architecture":null}""")),
        ("a configuration in a configuration, 60 times", path => File.WriteAllText(
            path, string.Concat(Enumerable.Repeat("""{"architecture": "resnet18", "pretrained_cfg": """, 60)) + "{}" + new string('}', 60))),
        ("sides of 2^31 - 1", path => File.WriteAllText(path, Config.Replace("160", "2147483647", StringComparison.Ordinal))),
        ("sides of 40,000", path => File.WriteAllText(path, Config.Replace("160", "40000", StringComparison.Ordinal))),
        ("a crop of a billionth", path => File.WriteAllText(path, Config.Replace("0.95", "1e-9", StringComparison.Ordinal))),
        ("deviations of 1e-45", path => File.WriteAllText(path, Config.Replace("0.25", "1e-45", StringComparison.Ordinal))),
        ("a mean of 1e38", path => File.WriteAllText(path, Config.Replace("0.4", "1e38", StringComparison.Ordinal))),
        ("a pipe", UnixFiles.MakePipe),
        ("a link to itself", path => File.CreateSymbolicLink(path, path)),
        ("a link to a device", path => File.CreateSymbolicLink(path, "/dev/zero")),
        ("a link out of the cache", path => File.CreateSymbolicLink(path, "/etc/passwd")),
        ("an unreadable file", path => { File.WriteAllText(path, Config); UnixFiles.Forbid(path); }),
    ];

    private static readonly (string Name, Action<string> Put)[] _references =
    [
        ("a pipe", UnixFiles.MakePipe), ("a folder", path => Directory.CreateDirectory(path)), ("nothing", _ => { }),
        ("a path", path => File.WriteAllText(path, "../../../../etc")), ("zeros", path => File.WriteAllBytes(path, new byte[1 << 20])),
        ("a link to a device", path => File.CreateSymbolicLink(path, "/dev/zero")), ("a link to itself", path => File.CreateSymbolicLink(path, path)),
    ];

    private static readonly string[] _configurations = ["config.json", "model.safetensors.index.json", "model.safetensors"];

    private readonly TemporaryFolder _folder = new();
    private readonly FileMutator _config = new(Encoding.UTF8.GetBytes(Config), [(0, Config.Length)]);
    private readonly FileMutator _index = new(Encoding.UTF8.GetBytes(Index), [(0, Index.Length)]);
    private int _made;
    private string _cache = "";

    /// <summary>A few times the largest file here, of 20 MB, and an index's network before it has weights.</summary>
    public override long MemoryBound => 256L << 20;

    public override Attack? Make(long seed, int number)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        int crafted = _configurations.Length * _files.Length;
        if (number < crafted)
        {
            (string name, Action<string> put) = _files[number / _configurations.Length];
            string file = _configurations[number % _configurations.Length];
            return Made($"{file}: {name}", snapshot =>
            {
                File.Delete(Path.Combine(snapshot, file));
                put(Path.Combine(snapshot, file));
            });
        }
        if (number - crafted < _references.Length)
        {
            (string name, Action<string> put) = _references[number - crafted];
            return Made($"refs/main: {name}", snapshot =>
            {
                string reference = Path.GetFullPath(Path.Combine(snapshot, "..", "..", "refs", "main"));
                File.Delete(reference);
                put(reference);
            });
        }

        var random = new RandomStream(seed, number);
        (string changed, string sound, FileMutator mutator) = random.NextInt32(3) > 0 ? ("config.json", Config, _config) : ("model.safetensors.index.json", Index, _index);
        byte[] content;
        if (random.NextInt32(2) == 0)
        {
            mutator.Mutate(random);
            content = mutator.Bytes.ToArray();
        }
        else
        {
            content = Encoding.UTF8.GetBytes(HostileJson.Mutate(sound, random));
        }
        string shown = Encoding.Latin1.GetString(content, 0, Math.Min(content.Length, 600));
        return Made($"{changed}: {shown}", snapshot => File.WriteAllBytes(Path.Combine(snapshot, changed), content));
    }

    public override bool IsDocumented(Exception error) => error is WeightsFormatException or WeightsUnavailableException or WeightsMismatchException
        || (error is IOException && error.Message.Contains("a regular file is expected", StringComparison.Ordinal))
        || (error is ArgumentException && error.Message.Contains("holds weights of", StringComparison.Ordinal));

    public override void Dispose() => _folder.Dispose();

    private Attack Made(string description, Action<string> change)
    {
        if (_cache.Length > 0)
            Directory.Delete(_cache, recursive: true);
        string cache = _cache = _folder.File($"{_made++}");
        string snapshot = Path.Combine(cache, "models--timm--resnet18.test", "snapshots", Commit);
        Directory.CreateDirectory(snapshot);
        string references = Directory.CreateDirectory(Path.Combine(cache, "models--timm--resnet18.test", "refs")).FullName;
        File.WriteAllText(Path.Combine(references, "main"), Commit);
        File.WriteAllText(Path.Combine(snapshot, "config.json"), Config);
        File.WriteAllText(Path.Combine(snapshot, "model.safetensors.index.json"), Index);
        foreach (string shard in new[] { "a", "b" })
            File.WriteAllBytes(Path.Combine(snapshot, $"{shard}.safetensors"), [2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8]);
        change(snapshot);
        return new Attack(description, () => Open(cache));
    }

    private static void Open(string cache)
    {
        var store = new WeightsStoreOptions
        {
            HubFolder = null,
            Offline = true,
            HuggingFace = new HuggingFaceOptions { CacheFolder = cache, Endpoint = new Uri("http://127.0.0.1:1"), Token = null, Offline = true },
        };
        PretrainedBackbone pretrained = Pretrained.FromHuggingFace("timm/resnet18.test", store: store);
        Preprocessing preprocessing = pretrained.Info.Preprocessing;
        if (preprocessing.CropTo is < 1 or > 2048 || preprocessing.ResizeTo is < 1 or > 2048)
            throw new AttackFailedException($"wants images of {preprocessing.CropTo} out of {preprocessing.ResizeTo}");
        BackboneLoader.Open(pretrained, outputCount: 2, seed: 0, store).Dispose();
    }
}
