using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>A forged file whose hash begins as the published one does, from the publisher, a mirror and the folder.</summary>
public sealed class WeightsTrustTests : IDisposable
{
    private static readonly string _prefix = Hash[..ForgedWeights.Digits];
    private static readonly byte[] _forged = ForgedWeights.For(_prefix);

    private readonly StoreOnLoopback _store = new();
    private readonly WeightsSource.Published _source;
    private readonly string _target;

    public WeightsTrustTests()
    {
        _source = _store.Source with { Sha256Prefix = _prefix };
        _target = new WeightsStore(_store.Options).GetPath(_source);
        _store.Server.Answer = _store.File.Send;
    }

    private WeightsStoreOptions Mirrored => _store.Options with { Mirror = new Uri(_store.Server.Address, "/copies") };

    [Fact]
    public void Fetch_FromThePublisher_RecordsTheWholeHashAsSha256sumDoes()
    {
        string path = Fetch(_store.Options);

        Assert.Equal($"{Hash}  {Path.GetFileName(path)}\n", File.ReadAllText(path + ".sha256"));
    }

    [Fact]
    public void Fetch_ForgedFileInThePlaceOfADownload_IsFetchedAgain()
    {
        string path = Fetch(_store.Options);
        File.WriteAllBytes(path, _forged);

        Assert.Equal(Content, File.ReadAllBytes(Fetch(_store.Options)));
        Assert.Equal(2, _store.Server.Requests.Count);
    }

    [Fact]
    public void Fetch_OtherFileThanTheRecordedOne_IsRefusedWithBothHashes()
    {
        File.Delete(Fetch(_store.Options));
        _store.Server.Answer = new ServedFile(_forged).Send;

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_store.Options));

        Assert.Contains($"instead of {Hash}", error.Message);
        Assert.False(File.Exists(_target));
    }

    [Fact]
    public void Fetch_MirrorAndOnlyAPrefix_IsRefusedBeforeAsking()
    {
        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(Mirrored));

        Assert.Contains($"only '{_prefix}' is known", error.Message);
        Assert.Contains("TrustMirror", error.Message);
        Assert.Contains("LockFile", error.Message);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_MirrorAndARecord_TakesTheRecordedFileAlone()
    {
        File.Delete(Fetch(_store.Options));
        _store.Server.Answer = new ServedFile(_forged).Send;
        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(Mirrored));
        _store.Server.Answer = _store.File.Send;

        string path = Fetch(Mirrored);

        Assert.Contains($"instead of {Hash}", error.Message);
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Fetch_MirrorAndAWholeHash_TakesThatFileAlone()
    {
        WeightsSource.Published whole = _source with { Sha256Prefix = Hash };

        string path = new WeightsStore(Mirrored).Fetch(whole);

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Fetch_MirrorThatIsTrusted_IsTakenAtItsWordAndNotRecorded()
    {
        _store.Server.Answer = new ServedFile(_forged).Send;

        string path = Fetch(Mirrored with { TrustMirror = true });

        Assert.Equal(_forged, File.ReadAllBytes(path));
        Assert.False(File.Exists(path + ".sha256"));
    }

    [Fact]
    public void Fetch_PartOfATrustedMirror_DoesNotBecomeThePublishers()
    {
        const int at = 1_000_000;
        Task reached = _store.Progress.Reached(at);
        _store.Server.Answer = context => _store.File.Cut(context, at, reached);
        Assert.Throws<WeightsUnavailableException>(
            () => new WeightsStore(Mirrored with { TrustMirror = true, Attempts = 1 }).Fetch(_source, _store.Progress));
        _store.Server.Answer = _store.File.Send;

        Fetch(_store.Options);

        Assert.True(File.Exists(_target + ".mirror.part"));
        Assert.Equal("", _store.Server.Requests.Last().Range ?? "");
    }

    [Fact]
    public void Fetch_FileWithoutARecord_IsTakenByItsPrefixAndTheLogSaysSo()
    {
        var log = new LogLines();
        File.WriteAllBytes(_target, Content);

        string path = Fetch(_store.Options with { Offline = true, Logger = log });

        Assert.Equal(_target, path);
        Assert.Contains($"only the first {ForgedWeights.Digits} digits are known", Assert.Single(log).Text);
    }

    [Fact]
    public void Fetch_RecordThatIsNone_IsNamed()
    {
        File.WriteAllText(_target + ".sha256", "f37072fd  net.pth\n");

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_store.Options));

        Assert.Contains($"'{_target}.sha256' does not begin with a SHA-256", error.Message);
    }

    [Fact]
    public void Fetch_RecordOfAnotherPrefix_IsNamed()
    {
        File.WriteAllText(_target + ".sha256", new string('0', 64));

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_store.Options));

        Assert.Contains($"'{_target}.sha256' has the SHA-256 0000", error.Message);
        Assert.Contains($"begins with {_prefix}", error.Message);
    }

    [SkippableFact]
    public void Fetch_LinkWhereItsPartGoes_LeavesTheLinkedFileAlone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("mine.txt"), "mine");
        Links.Require(_target + ".part", folder.File("mine.txt"));

        string path = Fetch(_store.Options);

        Assert.Equal("mine", File.ReadAllText(folder.File("mine.txt")));
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData(".part")]
    [InlineData(".sha256")]
    public void Fetch_PipeWhereAFileGoes_IsRefusedByNameWithoutWaiting(string extension)
    {
        Pipe.Create(_target + extension);

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_store.Options));

        Assert.Contains($"'{_target}{extension}' is a pipe", error.Message);
    }

    [Fact]
    public void Fetch_FileThatCannotBeRead_IsANamedError()
    {
        using var held = new FileStream(_target, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        held.WriteByte(1);
        held.Flush();

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_store.Options));

        Assert.Contains("cannot be read", error.Message);
        Assert.Contains(_target, error.Message);
    }

    public void Dispose() => _store.Dispose();

    private string Fetch(WeightsStoreOptions options) => new WeightsStore(options).Fetch(_source);
}
