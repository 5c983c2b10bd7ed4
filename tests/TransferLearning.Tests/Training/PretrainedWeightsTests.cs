using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TransferLearning.Formats;
using TransferLearning.Published;
using TransferLearning.Tests.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Training;

/// <summary>What a fit tells of the weights that it begins with.</summary>
public sealed class PretrainedWeightsTests : IDisposable
{
    private static readonly string[] _head = ["classifier.bias", "classifier.weight"];

    private readonly StoreOnLoopback _store = new();

    [Fact]
    public void Fit_WithWeightsFromAServer_ReportsTheDownloadAndWhatWasLeftOut()
    {
        byte[] content = SavedWeights();
        var file = new ServedFile(content);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? LoopbackServer.Refuse(context, 503) : file.Send(context);
        var log = new LogLines();
        var reports = new Reports();

        using TrainingResult result = Sentence(Published(content)).LogTo(log)
            .With(options => options with { WeightsStore = _store.Options with { Logger = log } }).Build().Fit(reports);

        TrainingProgress[] before = [.. reports.TakeWhile(report => report.Download is not null)];
        Assert.NotEmpty(before);
        Assert.All(before, report => Assert.Equal((1, 0, true), (report.Epoch, report.Step, double.IsNaN(report.Loss))));
        Assert.Equal(new DownloadProgress { Address = _store.Server.Address, Received = content.Length, Total = content.Length }, before[^1].Download);
        Assert.All(reports.Skip(before.Length), report => Assert.Null(report.Download));
        Assert.Equal(_head, result.LoadReport!.Skipped.Order());
        Assert.Contains("features.0.weight", result.LoadReport.Loaded);
        string attempt = $"Attempt 1 of 5 at '{_store.Server.Address}' failed: the server answered 503";
        string loaded = $"Loaded {result.LoadReport.Loaded.Count} tensors of the pretrained weights; skipped: {string.Join(", ", result.LoadReport.Skipped)}";
        Assert.Contains(log, line => line.Level == LogLevel.Warning && line.Text.StartsWith(attempt));
        Assert.Contains(log, line => line.Level == LogLevel.Information && line.Text == loaded);
    }

    [Fact]
    public void Fit_WithDrawnWeights_HasNothingToTellOfThem()
    {
        using TrainingResult result = Sentence(SmallNetwork.Pretrained()).Build().Fit();

        Assert.Null(result.LoadReport);
    }

    public void Dispose() => _store.Dispose();

    private static TrainerBuilder Sentence(PretrainedBackbone backbone) => Trainer.FineTune(backbone).On(ToyImages.Split()).For(epochs: 1, batchSize: 5);

    private PretrainedBackbone Published(byte[] content) => SmallNetwork.Pretrained() with
    {
        Weights = new WeightsSource.Published(_store.Server.Address, Convert.ToHexStringLower(SHA256.HashData(content))),
    };

    private static byte[] SavedWeights()
    {
        using var network = new SmallNetwork();
        using var stream = new MemoryStream();
        Safetensors.Write(stream, network.state_dict().Select(entry => (entry.Key, entry.Value)));
        return stream.ToArray();
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }
}
