using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace TransferLearning.Published.Downloads;

/// <summary>Asks a server, and says why where nothing useful comes.</summary>
internal static partial class PatientRequest
{
    /// <summary>Runs what asks and reads, until it ends, the caller cancels, or the server is silent for longer than the store waits.</summary>
    /// <param name="options">How long that is.</param>
    /// <param name="ask">Given the clock of the silence, to be wound up whenever something came, and the token that it and the caller cancel.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="FailedAttemptException">The server was silent or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task RunAsync(
        WeightsStoreOptions options, Func<CancellationTokenSource, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.InactivityTimeout, options.TimeProvider);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            await ask(silence, waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            string reason = silence.IsCancellationRequested ? $"the server was silent for {options.InactivityTimeout.TotalSeconds} seconds" : exception.Message;
            throw new FailedAttemptException(reason, mayPass: true, cause: exception);
        }
        catch (HttpRequestException exception)
        {
            // A proxy's address, with its password, may stand in it.
            string reason = UserInfo().Replace(exception.Message, "://");
            bool mayPass = exception.InnerException is not AuthenticationException;
            throw new FailedAttemptException(reason, mayPass, cause: reason == exception.Message ? exception : null);
        }
    }

    /// <summary>The failure that an answer other than a file means.</summary>
    public static FailedAttemptException Refused(HttpResponseMessage response, WeightsStoreOptions options)
    {
        var status = (int)response.StatusCode;
        string reason = $"the server answered {status} {response.ReasonPhrase}";
        TimeSpan? retryAfter = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - options.TimeProvider.GetUtcNow() : null;
        if (retryAfter > options.LongestDelay)
        {
            return new FailedAttemptException(
                $"{reason} and asks to wait {retryAfter.Value.TotalSeconds:0} " +
                $"seconds, longer than {nameof(WeightsStoreOptions.LongestDelay)}", mayPass: false);
        }

        bool mayPass = status is 408 or 429 or >= 500;
        return new FailedAttemptException(reason, mayPass, retryAfter < TimeSpan.Zero ? TimeSpan.Zero : retryAfter);
    }

    [GeneratedRegex(@"://[^/\s']*@")]
    private static partial Regex UserInfo();
}
