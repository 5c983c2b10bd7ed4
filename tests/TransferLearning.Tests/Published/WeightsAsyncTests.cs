using System.Security.Cryptography;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published;

public sealed class WeightsAsyncTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task FetchAsync_OfASilentServer_EndsWithTheCallersToken()
    {
        using var store = new StoreOnLoopback();
        using var cancel = new CancellationTokenSource();
        store.Server.Answer = async context =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        Task<string> fetch = new WeightsStore(store.Options).FetchAsync(store.Source, cancellationToken: cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    [Fact]
    public async Task OpenAsync_OfPublishedWeights_IsWhatOpenGives()
    {
        string path = _folder.File("weights.safetensors");
        using (Backbone filled = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: null, seed: 0))
            Safetensors.Write(path, filled.Network.state_dict().Select(entry => (entry.Key, entry.Value)));
        byte[] content = File.ReadAllBytes(path);
        using var store = new StoreOnLoopback();
        store.Server.Answer = context => context.Response.Body.WriteAsync(content).AsTask();
        var source = new WeightsSource.Published(store.Server.Address, Convert.ToHexStringLower(SHA256.HashData(content)));
        PretrainedBackbone published = StagedSmallNetwork.Pretrained(variant: 1) with { Weights = source };
        var options = new FeatureExtractorOptions { Store = store.Options };
        byte[] image = ToyImages.Encoded(1, new Random(1));

        using FeatureExtractor extractor = await FeatureExtractor.OpenAsync(published, options);
        using FeatureExtractor expected = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());

        Assert.Equal(expected.Extract(image), extractor.Extract(image));
    }

    [Fact]
    public void Open_AfterADownload_BuildsOnTheCallingThread()
    {
        string path = _folder.File("weights.safetensors");
        using (Backbone filled = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: null, seed: 0))
            Safetensors.Write(path, filled.Network.state_dict().Select(entry => (entry.Key, entry.Value)));
        byte[] content = File.ReadAllBytes(path);
        using var store = new StoreOnLoopback();
        store.Server.Answer = context => context.Response.Body.WriteAsync(content).AsTask();
        PretrainedBackbone small = StagedSmallNetwork.Pretrained();
        var builtOn = new List<int>();
        PretrainedBackbone watched = small with
        {
            Weights = new WeightsSource.Published(store.Server.Address, Convert.ToHexStringLower(SHA256.HashData(content))),
            Build = () =>
            {
                builtOn.Add(Environment.CurrentManagedThreadId);
                return small.Build();
            },
        };

        BackboneLoader.Open(watched, outputCount: 2, seed: 0, store.Options).Dispose();
        File.Delete(Directory.EnumerateFiles(store.Folder, "*.pth").Single());
        BackboneLoader.OpenForFeatures(watched, store.Options, CancellationToken.None).Dispose();

        Assert.Equal(2, store.Server.Requests.Count);
        Assert.All(builtOn, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    public void Dispose() => _folder.Dispose();
}
