using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace TransferLearning.Published.Downloads;

/// <summary>When a failed attempt is repeated, and after how long.</summary>
internal static partial class DownloadRetries
{
    /// <summary>Runs an attempt, again and again while it fails with what may pass.</summary>
    /// <param name="options">How often, and how long to wait.</param>
    /// <param name="address">What is asked, for the log.</param>
    /// <param name="attempt">Asks once; fails with a <see cref="FailedAttemptException"/>.</param>
    /// <param name="cancellationToken">Stops an attempt, and the wait for one.</param>
    /// <exception cref="DownloadFailedException">The last attempt failed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task RunAsync(WeightsStoreOptions options, Uri address, Func<CancellationToken, Task> attempt, CancellationToken cancellationToken)
    {
        int attempts = 0;
        try
        {
            await Pipeline(options, address).ExecuteAsync(
                async token =>
                {
                    attempts++;
                    await attempt(token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (FailedAttemptException last)
        {
            throw new DownloadFailedException(last.Message + (attempts > 1 ? $", at the last of {attempts} attempts" : ""), last.InnerException);
        }
    }

    // Exponential delays with jitter, so that machines that failed together do not return together; or as long as the server asks.
    private static ResiliencePipeline Pipeline(WeightsStoreOptions options, Uri address) => options.Attempts == 1
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
                OnRetry = arguments =>
                {
                    string asked = WeightsAddress.Shown(address), reason = arguments.Outcome.Exception!.Message;
                    LogRetry(options.Logger, arguments.AttemptNumber + 1, options.Attempts, asked, reason, arguments.RetryDelay.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} of {Attempts} at '{Address}' failed: {Reason}; the next follows in {Seconds:0.0} s")]
    private static partial void LogRetry(ILogger logger, int attempt, int attempts, string address, string reason, double seconds);
}
