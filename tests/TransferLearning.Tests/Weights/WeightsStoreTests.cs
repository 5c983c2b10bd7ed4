using System.Security.Cryptography;
using TransferLearning.Backbones;
using TransferLearning.Tests.Support;
using TransferLearning.Weights;

namespace TransferLearning.Tests.Weights;

public sealed class WeightsStoreTests : IDisposable
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 31))];
    private static readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(_content));

    private readonly TemporaryFolder _folder = new();
    private readonly LoopbackServer _server = new();

    [Fact]
    public void Fetch_RightFile_IsKeptAndAskedForOnce()
    {
        _server.Answer = context => context.Response.Close(_content, willBlock: true);
        var reports = new List<DownloadProgress>();

        string path = Store().Fetch(Source(_hash[..8]), new Collected(reports));
        string again = Store().Fetch(Source(_hash[..8]));

        Assert.Equal(_folder.File($"{_hash[..8]}-net.pth"), path);
        Assert.Equal(path, again);
        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Equal(1, _server.Requests);
        Assert.Equal(_content.Length, reports[^1].Received);
        Assert.Equal(_content.Length, reports[^1].Total);
    }

    [Fact]
    public void Fetch_OtherHash_IsRefusedAndRemoved()
    {
        _server.Answer = context => context.Response.Close(_content, willBlock: true);

        var error = Assert.Throws<WeightsUnavailableException>(() => Store().Fetch(Source("00000000")));

        Assert.Contains(_hash[..16], error.Message);
        Assert.Contains(_folder.File("00000000-net.pth"), error.Message);
        Assert.Contains("WithWeights", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Fetch_BodyCutShort_LeavesNothing()
    {
        _server.Answer = context =>
        {
            context.Response.ContentLength64 = _content.Length;
            context.Response.OutputStream.Write(_content, 0, 1000);
            context.Response.Abort();
        };

        var error = Assert.Throws<WeightsUnavailableException>(() => Store().Fetch(Source(_hash[..8])));

        Assert.Contains("the connection broke", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Fetch_NotFound_SaysWhatCameAndWhereToPlaceTheFile()
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = 404;
            context.Response.Close();
        };

        var error = Assert.Throws<WeightsUnavailableException>(() => Store().Fetch(Source(_hash[..8])));

        Assert.Contains("404", error.Message);
        Assert.Contains(_server.Address.ToString(), error.Message);
        Assert.Equal(_folder.File($"{_hash[..8]}-net.pth"), error.Path);
    }

    [Fact]
    public void Fetch_NoServer_SaysSo()
    {
        Uri address = _server.Address;
        _server.Dispose();

        var error = Assert.Throws<WeightsUnavailableException>(() => Store().Fetch(new WeightsSource.Published(address, _hash[..8])));

        Assert.Contains("refused", error.Message);
    }

    [Fact]
    public void Fetch_SilentServer_IsGivenUp()
    {
        using var release = new ManualResetEventSlim();
        _server.Answer = _ => release.Wait(TimeSpan.FromSeconds(30));

        var error = Assert.Throws<WeightsUnavailableException>(() => Store(patience: TimeSpan.FromMilliseconds(50)).Fetch(Source(_hash[..8])));

        release.Set();
        Assert.Contains("silent for 0.05 seconds", error.Message);
    }

    [Fact]
    public void Fetch_CancelledMidway_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        _server.Answer = context => context.Response.Close(_content, willBlock: true);
        var cancelAtFirstReport = new Collected([], cancel.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => Store().Fetch(Source(_hash[..8]), cancelAtFirstReport, cancel.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Fetch_DamagedFileInTheFolder_IsFetchedAgain()
    {
        _server.Answer = context => context.Response.Close(_content, willBlock: true);
        File.WriteAllBytes(_folder.File($"{_hash[..8]}-net.pth"), _content[1..]);

        string path = Store().Fetch(Source(_hash[..8]));

        Assert.Equal(_content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Fetch_FileOfPyTorchsHub_IsUsed()
    {
        using var hub = new TemporaryFolder();
        File.WriteAllBytes(hub.File("net.pth"), _content);
        var store = new WeightsStore(new WeightsStoreOptions { Folder = _folder.FullPath, HubFolder = hub.FullPath });

        Assert.Equal(hub.File("net.pth"), store.Fetch(Source(_hash[..8])));
        Assert.Equal(0, _server.Requests);
    }

    [Theory]
    [InlineData("http://example.org/net.pth", "12345678")]
    [InlineData("ftp://127.0.0.1/net.pth", "12345678")]
    [InlineData("https://example.org/", "12345678")]
    [InlineData("https://example.org/..%2Fnet.pth", "12345678")]
    [InlineData("https://example.org/net.pth", "")]
    [InlineData("https://example.org/net.pth", "xyz")]
    public void Fetch_BadSource_IsRefusedBeforeAsking(string address, string hash) =>
        Assert.Throws<ArgumentException>(() => Store().Fetch(new WeightsSource.Published(new Uri(address), hash)));

    [Fact]
    public void PathOf_NameThatCarriesItsHash_StaysAsItIs()
    {
        var source = new WeightsSource.Published(new Uri("https://download.pytorch.org/models/resnet18-f37072fd.pth"), "f37072fd");

        Assert.Equal(_folder.File("resnet18-f37072fd.pth"), Store().PathOf(source));
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private WeightsStore Store(TimeSpan? patience = null) =>
        new(new WeightsStoreOptions { Folder = _folder.FullPath, HubFolder = null, Patience = patience ?? TimeSpan.FromSeconds(30) });

    private WeightsSource.Published Source(string hash) => new(_server.Address, hash);

    private sealed class Collected(List<DownloadProgress> reports, Action? then = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            reports.Add(value);
            then?.Invoke();
        }
    }
}
