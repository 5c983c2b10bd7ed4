using Microsoft.AspNetCore.Http;
using TransferLearning.Published;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>A server that sends more than the file has.</summary>
public sealed class WeightsBoundTests : IDisposable
{
    private readonly StoreOnLoopback _store = new();

    [Fact]
    public void Fetch_BodyWithoutEnd_IsCutAtTheBoundAndDeleted()
    {
        _store.Server.Answer = SendForever;

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { LargestFile = Content.Length }));

        Assert.Contains($"more than {Content.Length} bytes", error.Message);
        Assert.Contains("LargestFile", error.Message);
        Assert.InRange(_store.Progress.Reports.Max(report => report.Received), 1, Content.Length);
        Assert.Single(_store.Server.Requests);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_AnnouncedSizeAboveTheBound_IsRefusedBeforeItIsRead()
    {
        _store.Server.Answer = _store.File.Send;

        Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { LargestFile = Content.Length - 1 }));

        Assert.Empty(_store.Progress.Reports);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_SizeThatTheCatalogTells_BoundsTheDownload()
    {
        _store.Server.Answer = SendForever;

        var error = Assert.Throws<WeightsUnavailableException>(() => new WeightsStore(_store.Options).Fetch(_store.Source with { MostBytes = 2_000_000 }));

        Assert.Contains("more than 2000000 bytes", error.Message);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_PartThatGrowsBeyondTheBound_IsFetchedWhole()
    {
        File.WriteAllBytes(_store.Partial, new byte[Content.Length - 1000]);
        _store.Server.Answer = context => context.Request.Headers.Range.Count > 0
            ? new ServedFile(new byte[Content.Length + 1000]).Send(context)
            : _store.File.Send(context);

        string path = _store.Fetch(options => options with { LargestFile = Content.Length });

        _store.AssertFetched(path);
        Assert.Equal(2, _store.Server.Requests.Count);
    }

    [Fact]
    public void Catalog_BoundsTheSizeOfEachFile() => Assert.All(Pretrained.Catalog, weights =>
    {
        double most = weights.Source.MostBytes!.Value / (double)(1 << 20);
        Assert.InRange(most, weights.Megabytes ?? weights.Parameters * 4.1 / (1 << 20), weights.Megabytes + 1 ?? 200);
    });

    public void Dispose() => _store.Dispose();

    private static async Task SendForever(HttpContext context)
    {
        var some = new byte[100_000];
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(some, context.RequestAborted);
    }
}
