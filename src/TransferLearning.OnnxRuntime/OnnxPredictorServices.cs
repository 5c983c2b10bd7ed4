using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using TransferLearning.Inference;

namespace TransferLearning;

/// <summary>Adds ONNX models to an application: a singleton for each, opened when the host starts, and a health check.</summary>
public static class OnnxPredictorServices
{
    /// <summary>Adds a model as <see cref="OnnxPredictor"/> and as <see cref="IPredictor"/>.</summary>
    /// <remarks>It is opened when the host starts, before any hosted service does, and disposed with the application; a file that cannot be opened fails
    /// the start.</remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="path">The file; from the current folder, if the path is relative.</param>
    /// <param name="options">Execution providers, threads, limits, and parts that the file names or does not say.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddOnnxPredictor(this IServiceCollection services, string path, OnnxPredictorOptions? options = null) =>
        services.AddKeyedOnnxPredictor(serviceKey: null, path, options);

    /// <summary>Adds a model under a key, one of several: ask for <c>[FromKeyedServices("flowers")] IPredictor</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="serviceKey">The key; null for the model that is asked for without one.</param>
    /// <param name="path">The file; from the current folder, if the path is relative.</param>
    /// <param name="options">Execution providers, threads, limits, and parts that the file names or does not say.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddKeyedOnnxPredictor(
        this IServiceCollection services, object? serviceKey, string path, OnnxPredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return services
            .AddKeyedSingleton(serviceKey, (_, _) => OnnxPredictor.Load(path, options))
            .AddKeyedSingleton<IPredictor>(serviceKey, (provider, key) => Find(provider, key))
            .AddSingleton<IHostedService>(provider => new Start(() => Find(provider, serviceKey)));
    }

    /// <summary>Adds a health check that predicts a drawn image, and is unhealthy with the reason where the model cannot be opened or fails.</summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="serviceKey">The model's key; null for the model without one.</param>
    /// <param name="failureStatus">What a failure is reported as; null for unhealthy.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <param name="timeout">After how long the check counts as failed; null: never. A prediction that has begun still ends.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddOnnxPredictor(
        this IHealthChecksBuilder builder, string name = "onnx-predictor", object? serviceKey = null, HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var run = new SharedRun();
        return builder.Add(new HealthCheckRegistration(name, provider => new Check(() => Find(provider, serviceKey), run), failureStatus, tags, timeout));
    }

    private static OnnxPredictor Find(IServiceProvider provider, object? key) => provider.GetRequiredKeyedService<OnnxPredictor>(key);

    /// <summary>Opens a model when the host starts, before the services that may ask for it, even where those start concurrently.</summary>
    private sealed class Start(Func<OnnxPredictor> find) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(find, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Check(Func<OnnxPredictor> find, SharedRun run) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => run.Join(
            () =>
            {
                try
                {
                    OnnxPredictor predictor = find().WarmUp();
                    return HealthCheckResult.Healthy($"{predictor.Metadata.Backbone} predicts {predictor.Classes.Count} names.");
                }
                catch (Exception failure)
                {
                    return new HealthCheckResult(context.Registration.FailureStatus, failure.Message, failure);
                }
            }).WaitAsync(cancellationToken); // a run that has begun cannot be stopped
    }

    /// <summary>Runs one check at a time, so that those that nobody waits for any more do not pile up behind a model that hangs.</summary>
    private sealed class SharedRun
    {
        private readonly Lock _starting = new();
        private Task<HealthCheckResult>? _running;

        public Task<HealthCheckResult> Join(Func<HealthCheckResult> check)
        {
            lock (_starting)
                return _running = _running is { IsCompleted: false } ? _running : Task.Run(check);
        }
    }
}
