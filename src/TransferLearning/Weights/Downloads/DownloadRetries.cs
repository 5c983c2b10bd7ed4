using Polly;
using Polly.Retry;

namespace TransferLearning.Weights.Downloads;

/// <summary>When a failed attempt is repeated, and after how long.</summary>
internal static class DownloadRetries
{
    /// <summary>Exponential delays with jitter, so that machines that failed together do not return together; or as long as the server asks.</summary>
    public static ResiliencePipeline Of(WeightsStoreOptions options) => options.Attempts == 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<FailedAttemptException>(failure => failure.MayPass),
                MaxRetryAttempts = options.Attempts - 1,
                Delay = options.RetryDelay,
                MaxDelay = options.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as FailedAttemptException)?.RetryAfter),
            })
            .Build();
}
