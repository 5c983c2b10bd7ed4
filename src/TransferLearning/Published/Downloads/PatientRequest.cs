using System.Security.Authentication;

namespace TransferLearning.Published.Downloads;

/// <summary>Asks a server, and says why where nothing useful comes.</summary>
internal static class PatientRequest
{
    /// <summary>Runs what asks and reads, until it ends, the caller cancels, or the server is silent for longer than the store is patient.</summary>
    /// <param name="options">How long that is.</param>
    /// <param name="ask">Given the clock of the silence, to be wound up whenever something came, and the token that it and the caller cancel.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="FailedAttemptException">The server was silent or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static void Run(WeightsStoreOptions options, Action<CancellationTokenSource, CancellationToken> ask, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.Patience, options.TimeProvider);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            ask(silence, waiting.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            string reason = silence.IsCancellationRequested ? $"the server was silent for {options.Patience.TotalSeconds} seconds" : exception.Message;
            throw new FailedAttemptException(reason, mayPass: true, cause: exception);
        }
        catch (HttpRequestException exception)
        {
            throw new FailedAttemptException(exception.Message, mayPass: exception.InnerException is not AuthenticationException, cause: exception);
        }
    }

    /// <summary>What to make of an answer that is no file.</summary>
    public static FailedAttemptException Refused(HttpResponseMessage response, WeightsStoreOptions options)
    {
        var status = (int)response.StatusCode;
        string reason = $"the server answered {status} {response.ReasonPhrase}";
        TimeSpan? retryAfter = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - options.TimeProvider.GetUtcNow() : null;
        if (retryAfter > options.LongestDelay)
            return new FailedAttemptException($"{reason} and asks to wait {retryAfter.Value.TotalSeconds:0} seconds, longer than {nameof(WeightsStoreOptions.LongestDelay)}", mayPass: false);

        bool mayPass = status is 408 or 429 or >= 500;
        return new FailedAttemptException(reason, mayPass, retryAfter < TimeSpan.Zero ? TimeSpan.Zero : retryAfter);
    }
}
