using System.Text;
using TransferLearning.Data;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Manifests that are no CSV, or name what they should not; the first image is loaded.</summary>
internal sealed class ManifestAttack : AttackKind
{
    private const string Sound = "path,label,split,value,flag\n1.png,ant,train,1.5,0\n2.png,bee,val,-3e4,1\n\"a,b \"\"q\"\".png\",\"ant\nx\",train,0,1\n";

    private static readonly (string Name, Func<byte[]> Make)[] _files =
    [
        ("nothing", () => []),
        ("a header alone", () => Text("path,label\n")),
        ("a NUL in a path", () => Text("path,label\n1\0.png,x\n2.png,y\n")),
        ("a NUL in a label", () => Text("path,label\n1.png,x\0y\n2.png,y\n")),
        ("a quote that is not closed", () => Text("path,label\n\"1.png,x\n2.png,y\n")),
        ("a quote in the middle", () => Text("path,label\n1\".png,x\n")),
        ("20 MB of quotes", () => Text("path,label\n" + new string('"', 20_000_000))),
        ("a line of 20 MB", () => Text($"path,label\n{new string('x', 20_000_000)},x\n")),
        ("a header of 100,000 columns", () => Text($"path,label,{string.Join(',', Enumerable.Range(0, 100_000))}\n1.png,x\n")),
        ("a row of 100,000 fields", () => Text($"path,label\n1.png,x{new string(',', 100_000)}\n")),
        ("200,000 empty lines", () => Text($"path,label\n{new string('\n', 200_000)}1.png,x\n")),
        ("50,000 rows of 50,000 classes", () => Text($"path,label\n{string.Concat(Enumerable.Range(0, 50_000).Select(row => $"1.png,c{row}\n"))}")),
        ("a path out of the folder", () => Text("path,label\n../../../../../../../../etc/passwd,x\n1.png,y\n")),
        ("an absolute path", () => Text("path,label\n/etc/passwd,x\n1.png,y\n")),
        ("a device", () => Text("path,label\n/dev/zero,x\n1.png,y\n")),
        ("a terminal", () => Text("path,label\n/dev/tty,x\n1.png,y\n")),
        ("a device of Windows", () => Text("path,label\nNUL,x\n1.png,y\n")),
        ("a console of Windows", () => Text("path,label\nCON,x\n1.png,y\n")),
        ("a process's memory", () => Text("path,label\n/proc/self/mem,x\n1.png,y\n")),
        ("a folder", () => Text("path,label\n.,x\n1.png,y\n")),
        ("a path of 10,000 letters", () => Text($"path,label\n{new string('a', 10_000)},x\n")),
        ("a path of 10,000 folders", () => Text($"path,label\n{string.Concat(Enumerable.Repeat("./", 10_000))}1.png,x\n")),
        ("an address", () => Text("path,label\nhttp://127.0.0.1:1/1.png,x\n")),
        ("Latin-1", () => Encoding.Latin1.GetBytes("path,label\n1.png,caf\u00e9\n2.png,y\n")),
        ("UTF-16", () => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("path,label\n1.png,x\n")]),
        ("UTF-16 without a mark", () => Encoding.Unicode.GetBytes("path,label\n1.png,x\n")),
        ("bytes that are no text", () => new RandomStream(1).Bytes(100_000)),
        ("zeros", () => new byte[1 << 20]),
        ("the same column twice", () => Text("path,path,label,label\n1.png,2.png,x,y\n")),
        ("control characters in labels", () => Text("path,label\n1.png,\u001b[31mred\u0007\n2.png,\u202ered\n")),
        ("a formula", () => Text("path,label\n1.png,=cmd|' /C calc'!A0\n2.png,y\n")),
    ];

    private static readonly CsvManifestOptions[] _options =
    [
        new(), new() { SplitColumn = "split" }, new() { LabelSeparator = '|' }, new() { ValueColumns = ["value"] }, new() { FlagColumns = ["flag"] },
        new() { Delimiter = '"' }, new() { Delimiter = '\n' }, new() { Delimiter = '\u00a7' }, new() { Delimiter = '\0' }, new() { Delimiter = ';' },
        new() { PathColumn = "" }, new() { PathColumn = "label", LabelColumn = "path" },
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FileMutator _mutator;

    public ManifestAttack()
    {
        string[] quoted = OperatingSystem.IsWindows() ? [] : ["a,b \"q\".png"]; // no name there
        foreach (string name in (string[])["1.png", "2.png", .. quoted])
            File.WriteAllBytes(_folder.File(name), DrawnImage.Png());
        byte[] sound = Text(Sound);
        _mutator = new FileMutator(sound, [(0, sound.Length)]);
    }

    /// <summary>A few times the largest manifest here, of 20 MB, as UTF-16 text that grows by doubling.</summary>
    public override long MemoryBound => 256L << 20;

    public override Attack Make(long seed, int number)
    {
        if (number < _files.Length)
        {
            byte[] crafted = _files[number].Make();
            return new Attack(_files[number].Name, () => OpenAndLoad(crafted, new CsvManifestOptions()));
        }
        if (number - _files.Length < _options.Length)
        {
            CsvManifestOptions chosen = _options[number - _files.Length];
            return new Attack($"{chosen}", () => OpenAndLoad(Text(Sound), chosen));
        }

        var random = new RandomStream(seed, number);
        _mutator.Mutate(random);
        byte[] bytes = _mutator.Bytes.ToArray();
        CsvManifestOptions options = _options[random.NextInt32(5)];
        return new Attack($"{_mutator.Description}, {options}", () => OpenAndLoad(bytes, options));
    }

    public override bool IsDocumented(Exception error) =>
        error is InvalidDataException or FileNotFoundException or ArgumentException { ParamName: not null } || error.GetType() == typeof(IOException);

    public override void Dispose() => _folder.Dispose();

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private void OpenAndLoad(byte[] manifest, CsvManifestOptions options)
    {
        string path = _folder.File("manifest.csv");
        File.WriteAllBytes(path, manifest);
        CsvManifest opened = CsvManifest.Open(path, options);
        if (opened.Samples.Count == 0)
            throw new AttackFailedException("a manifest without samples");
        opened.Load(0);
        DatasetSplit.Of(opened);
    }
}
