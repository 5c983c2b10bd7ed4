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
    public async Task AddOnnxPredictor_WhereServicesStartConcurrently_OpensTheModelBeforeThem()
    {
        bool opened = false;
        bool? found = null;
        using IHost host = HostOf(services => services
            .Configure<HostOptions>(options => options.ServicesStartConcurrently = true)
            .AddHostedService(_ => new Starting(() => found = opened))
            .AddOnnxPredictor(Export("model.onnx"), OneThread with { Configure = _ => opened = true }));

        await host.StartAsync();

        Assert.True(found);
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
        using var decoder = new HeldDecoder();
        using IHost host = HostOf(services => services.AddOnnxPredictor(ExportWatched(), Held(decoder)).AddHealthChecks().AddOnnxPredictor());
        using var cancellation = new CancellationTokenSource();
        Task<HealthReport> check = host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellation.Token);
        decoder.Began.Wait();

        cancellation.Cancel();

        await decoder.EndAfter(() => Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public async Task HealthCheck_ThatTakesLongerThanItsTimeout_Fails()
    {
        using var decoder = new HeldDecoder();
        using IHost host = HostOf(services => services
            .AddOnnxPredictor(ExportWatched(), Held(decoder))
            .AddHealthChecks().AddOnnxPredictor(failureStatus: HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(1)));
        Task<HealthReport> check = Check(host);
        decoder.Began.Wait();

        await decoder.EndAfter(async () =>
        {
            HealthReport report = await check.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(HealthStatus.Degraded, report.Status);
            await Check(host).WaitAsync(TimeSpan.FromSeconds(20));
        });
        Assert.Equal(1, decoder.Count); // the second check waited for the first one's prediction
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

    private string ExportWatched()
    {
        using Predictor model = Model(images: new ImageReader(new WatchedDecoder()));
        return model.ExportOnnx(_folder.File("model.onnx")).Path;
    }

    private static OnnxPredictorOptions Held(HeldDecoder decoder) => OneThread with { WarmUp = false, Decoders = [decoder] };

    /// <summary>A service that does something at its start.</summary>
    private sealed class Starting(Action act) : BackgroundService
    {
        public override Task StartAsync(CancellationToken cancellationToken)
        {
            act();
            return Task.CompletedTask;
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    /// <summary>A decoder that knows no image, and says so when it may.</summary>
    private sealed class HeldDecoder : IImageDecoder, IDisposable
    {
        private readonly ManualResetEventSlim _mayEnd = new(), _ended = new();

        private int _count;

        public ManualResetEventSlim Began { get; } = new();

        public int Count => _count;

        public string Identifier => "watched";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
        {
            Interlocked.Increment(ref _count);
            Began.Set();
            _mayEnd.Wait();
            header = default;
            _ended.Set();
            return false;
        }

        public async Task EndAfter(Func<Task> act)
        {
            try
            {
                await act();
            }
            finally
            {
                _mayEnd.Set();
            }
            _ended.Wait();
        }

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => DecodeStatus.Unsupported;

        public void Dispose()
        {
            Began.Dispose();
            _mayEnd.Dispose();
            _ended.Dispose();
        }
    }
}
