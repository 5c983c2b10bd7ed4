using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.OnnxRuntime.OnnxFiles;

namespace TransferLearning.Tests.OnnxRuntime;

/// <summary>Models in a real host.</summary>
public sealed class OnnxPredictorServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddOnnxPredictor_InAHost_OpensTheModelAtItsStartAndDisposesItAtItsEnd()
    {
        OnnxPredictor predictor;
        int opened = 0;
        using (IHost host = HostOf(services => services.AddOnnxPredictor(Export("model.onnx"), OneThread with { Configure = _ => opened++ })))
        {
            Assert.Equal(0, opened);

            await host.StartAsync();

            Assert.Equal(1, opened);
            predictor = host.Services.GetRequiredService<OnnxPredictor>();
            Assert.Same(predictor, host.Services.GetRequiredService<IPredictor>());
            Assert.Equal(["ant", "bee", "cat"], predictor.Predict(Images(1)[0]).Names);
            await host.StopAsync();
            Assert.Equal(1, opened);
        }
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(Images(1)[0]));
    }

    [Fact]
    public async Task AddKeyedOnnxPredictor_OfSeveralModels_GivesEachByItsKey()
    {
        using IHost host = HostOf(services => services
            .AddKeyedOnnxPredictor("sizes", Export("sizes.onnx", "small", "large"), OneThread)
            .AddOnnxPredictor(Export("model.onnx"), OneThread)
            .AddHealthChecks().AddOnnxPredictor().AddOnnxPredictor("sizes", "sizes", tags: ["ready"]));

        await host.StartAsync();

        Assert.Equal(["small", "large"], host.Services.GetRequiredKeyedService<IPredictor>("sizes").Classes);
        Assert.Equal(["small", "large"], host.Services.GetRequiredKeyedService<OnnxPredictor>("sizes").Classes);
        Assert.Equal(["ant", "bee", "cat"], host.Services.GetRequiredService<IPredictor>().Classes);
        HealthReport report = await Check(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Contains("2 names", report.Entries["sizes"].Description);
        Assert.Contains("3 names", report.Entries["onnx-predictor"].Description);
        Assert.Equal(["ready"], report.Entries["sizes"].Tags);
    }

    [Fact]
    public async Task AddOnnxPredictor_OfAFileThatIsMissing_FailsTheStartAndTheCheck()
    {
        string missing = _folder.File("none.onnx");
        using IHost host = HostOf(services => services.AddOnnxPredictor(missing).AddHealthChecks().AddOnnxPredictor());

        HealthReport report = await Check(host);

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains(missing, report.Entries["onnx-predictor"].Description);
        Assert.IsType<FileNotFoundException>(report.Entries["onnx-predictor"].Exception);
        await Assert.ThrowsAsync<FileNotFoundException>(() => host.StartAsync());
    }

    [Fact]
    public async Task HealthCheck_OfAModelThatGivesNoNumbers_SaysSo()
    {
        string path = _folder.File("model.onnx");
        using (Predictor model = Model())
        {
            model.ChangeWeights(network => network.Network.get_parameter("head.bias")!.fill_(float.NaN));
            model.ExportOnnx(path);
        }
        using IHost host = HostOf(services => services
            .AddOnnxPredictor(path, OneThread with { WarmUp = false })
            .AddHealthChecks().AddOnnxPredictor(failureStatus: HealthStatus.Degraded));
        await host.StartAsync();

        HealthReport report = await Check(host);

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains("'a drawn image' is NaN", report.Entries["onnx-predictor"].Description);
    }

    [Fact]
    public async Task HealthCheck_ThatIsCancelledWhileTheModelPredicts_DoesNotWaitForIt()
    {
        string path = _folder.File("model.onnx");
        using (Predictor model = Model(images: new ImageReader(new WatchedDecoder())))
            model.ExportOnnx(path);
        using var decoder = new HeldDecoder();
        using IHost host = HostOf(services => services
            .AddOnnxPredictor(path, OneThread with { WarmUp = false, Decoders = [decoder] })
            .AddHealthChecks().AddOnnxPredictor());
        using var cancellation = new CancellationTokenSource();
        Task<HealthReport> check = host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellation.Token);
        decoder.Began.Wait();

        cancellation.Cancel();

        try
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            decoder.MayEnd.Set();
        }
        decoder.Ended.Wait();
    }

    private static IHost HostOf(Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        add(builder.Services);
        return builder.Build();
    }

    private static Task<HealthReport> Check(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private string Export(string name, params string[] classes)
    {
        using Predictor model = Model(classes: classes.Length == 0 ? null : classes);
        return model.ExportOnnx(_folder.File(name)).Path;
    }

    /// <summary>A decoder that knows no image, and says so when it may.</summary>
    private sealed class HeldDecoder : IImageDecoder, IDisposable
    {
        public ManualResetEventSlim Began { get; } = new();

        public ManualResetEventSlim MayEnd { get; } = new();

        public ManualResetEventSlim Ended { get; } = new();

        public string Identifier => "watched";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
        {
            Began.Set();
            MayEnd.Wait();
            header = default;
            Ended.Set();
            return false;
        }

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => DecodeStatus.Unsupported;

        public void Dispose()
        {
            Began.Dispose();
            MayEnd.Dispose();
            Ended.Dispose();
        }
    }
}
