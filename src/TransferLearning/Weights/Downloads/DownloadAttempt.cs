using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using TransferLearning.Backbones;

namespace TransferLearning.Weights.Downloads;

/// <summary>Asks once for what is missing of a file, and appends what comes.</summary>
internal sealed class DownloadAttempt(WeightsSource.Published source, PartialFile partial, WeightsStoreOptions options, IProgress<DownloadProgress>? progress)
{
    private const int BufferSize = 1 << 20;

    private readonly Uri _address = WeightsAddress.OnMirror(source.Address, options.Mirror);

    /// <summary>Completes the partial file.</summary>
    /// <exception cref="FailedAttemptException">The server cannot be reached, refuses, breaks off, or has sent a file of another hash; of that nothing is kept.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled; what has come is kept.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        // A process may have ended between the last byte and the move.
        if (partial.Length > 0 && Sha256Check.Fits(partial.Hash, source.Sha256Prefix))
            return;

        using var silence = new CancellationTokenSource(options.Patience, options.TimeProvider);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            using HttpResponseMessage response = SafeRequest.Send(options.Client, _address, AskForTheRest, waiting.Token);
            bool isContinued = GoesOn(response);
            Copy(response, silence, waiting.Token);
            CheckHash(isContinued);
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

    private void AskForTheRest(HttpRequestMessage request)
    {
        // A compressed body would have other offsets and another hash.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (partial.Length == 0)
            return;

        request.Headers.Range = new RangeHeaderValue(partial.Length, to: null);
        if (partial.EntityTag is { } tag)
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
    }

    // Whether the body goes on where the partial file ends; otherwise it is the whole, and the partial file has been emptied for it.
    private bool GoesOn(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length > 0)
            throw StartOver($"the server has no more than the {partial.Length} bytes that had come, whose hash is wrong");
        if (!response.IsSuccessStatusCode)
            throw Refused(response);

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            partial.StartOver(response.Headers.ETag);
            return false;
        }

        bool isOtherVersion = partial.EntityTag is { } expected && response.Headers.ETag is { } found && !expected.Equals(found);
        if (isOtherVersion || response.Content.Headers.ContentRange?.From != partial.Length)
            throw StartOver($"the server sent another part than the one from byte {partial.Length}");
        return partial.Length > 0;
    }

    private void Copy(HttpResponseMessage response, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        using Stream body = response.Content.ReadAsStream(cancellationToken);
        long? total = partial.Length + response.Content.Headers.ContentLength;
        var buffer = new byte[BufferSize];
        while (true)
        {
            silence.CancelAfter(options.Patience);
            int count = Read(body, buffer, cancellationToken);
            if (count == 0)
                return;

            silence.CancelAfter(Timeout.InfiniteTimeSpan); // A slow disk or watcher is not the server's silence.
            partial.Append(buffer.AsSpan(0, count));
            progress?.Report(new DownloadProgress(_address, partial.Length, total));
        }
    }

    // No full buffer is waited for: progress is reported as data comes.
    private static int Read(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return body.ReadAsync(buffer, cancellationToken).AsTask().GetAwaiter().GetResult();
        }
        catch (IOException exception)
        {
            throw new FailedAttemptException($"the connection broke: {exception.Message}", mayPass: true, cause: exception);
        }
    }

    // What came in one piece is what the server has; what was put together may be parts of two files, so the whole is worth asking for.
    private void CheckHash(bool isContinued)
    {
        byte[] found = partial.Hash;
        if (Sha256Check.Fits(found, source.Sha256Prefix))
            return;

        long length = partial.Length;
        partial.StartOver();
        throw new FailedAttemptException(
            $"{length} bytes came whose SHA-256 begins with {Convert.ToHexStringLower(found)[..16]} instead of {source.Sha256Prefix}, so it is another file",
            mayPass: isContinued);
    }

    private FailedAttemptException StartOver(string reason)
    {
        partial.StartOver();
        return new FailedAttemptException(reason, mayPass: true);
    }

    private FailedAttemptException Refused(HttpResponseMessage response)
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
