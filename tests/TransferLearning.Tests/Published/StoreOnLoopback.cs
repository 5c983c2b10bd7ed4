using System.Security.Cryptography;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published;

/// <summary>A store in a fresh folder, a server with a file for it, and a clock that does not make a test wait.</summary>
internal sealed class StoreOnLoopback : IDisposable
{
    public static readonly byte[] Content = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 31 + (i >> 8)))];
    public static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();

    public StoreOnLoopback()
    {
        Options = new WeightsStoreOptions { Folder = _folder.FullPath, HubFolder = null, Offline = false, Mirror = null, TrustMirror = false, InactivityTimeout = SkippingClock.Patience, TimeProvider = Clock };
        Source = new WeightsSource.Published(Server.Address, Hash[..8]);
        Target = _folder.File($"{Hash[..8]}-net.pth");
    }

    public LoopbackServer Server { get; } = new();

    public ServedFile File { get; } = new(Content);

    public SkippingClock Clock { get; } = new();

    public WatchedProgress Progress { get; } = new();

    public WeightsStoreOptions Options { get; }

    public WeightsSource.Published Source { get; }

    public string Folder => _folder.FullPath;

    public string Target { get; }

    public string Partial => Target + ".part";

    public string EntityTag => Target + ".part.etag";

    /// <summary>The record of the file's hash.</summary>
    public string Record => Target + ".sha256";

    /// <summary>What the folder holds besides locks and records of hashes, which stay.</summary>
    public string[] Files => [.. Directory.EnumerateFileSystemEntries(Folder).Where(path => Path.GetExtension(path) is not (".lock" or ".sha256")).Order(StringComparer.Ordinal)];

    public string Fetch(Func<WeightsStoreOptions, WeightsStoreOptions>? adapt = null, CancellationToken cancellationToken = default) =>
        new WeightsStore(adapt?.Invoke(Options) ?? Options).Fetch(Source, Progress, cancellationToken);

    public void AssertFetched(string path)
    {
        Assert.Equal(Target, path);
        Assert.Equal(Content, System.IO.File.ReadAllBytes(path));
        Assert.Equal([Target], Files);
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }
}
