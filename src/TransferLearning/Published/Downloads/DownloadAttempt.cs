using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning.Published.Downloads;

/// <summary>Asks once for what is missing of a file, and appends what comes.</summary>
internal sealed class DownloadAttempt(DownloadRequest request, PartialFile partial, WeightsStoreOptions options, IProgress<DownloadProgress>? progress)
{
    private const int BufferSize = 1 << 20;

    private readonly Uri _shownAddress = new(WeightsAddress.Shown(request.Address));

    /// <summary>Completes the partial file.</summary>
    /// <exception cref="FailedAttemptException">
    /// The server cannot be reached, refuses, breaks off, or has sent a file of another hash or too many bytes; of those nothing is kept.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was cancelled; what has come is kept.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A process may have ended between the last byte and the move.
        if (partial.Length > 0 && request.Digest.Fits(partial.Hash))
            return;

        await PatientRequest.RunAsync(options, AskAndCopyAsync, cancellationToken).ConfigureAwait(false);
    }

    private async Task AskAndCopyAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SafeRequest
            .SendAsync(options.Client, request.Address, AskForTheRest, cancellationToken).ConfigureAwait(false);
        bool isContinued = GoesOn(response);
        await CopyAsync(response, isContinued, silence, cancellationToken).ConfigureAwait(false);
        CheckHash(isContinued);
    }

    private void AskForTheRest(HttpRequestMessage message)
    {
        request.Prepare(message);
        if (partial.Length == 0)
            return;

        message.Headers.Range = new RangeHeaderValue(partial.Length, to: null);
        if (partial.EntityTag is { } tag)
            message.Headers.IfRange = new RangeConditionHeaderValue(tag);
    }

    // Whether the body goes on where the partial file ends; otherwise it is the whole, and the partial file has been emptied for it.
    private bool GoesOn(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length > 0)
            throw StartOver($"the server has no more than the {partial.Length} bytes that had come, whose hash is wrong");
        if (!response.IsSuccessStatusCode)
            throw PatientRequest.Refused(response, options);

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

    private async Task CopyAsync(HttpResponseMessage response, bool isContinued, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        long? total = partial.Length + response.Content.Headers.ContentLength;
        ThrowIfTooLarge(total ?? 0, isContinued);
        var buffer = new byte[BufferSize];
        while (true)
        {
            silence.CancelAfter(options.InactivityTimeout);
            int count = await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                return;

            silence.CancelAfter(Timeout.InfiniteTimeSpan); // A slow disk or watcher is not the server's silence.
            ThrowIfTooLarge(partial.Length + count, isContinued);
            partial.Append(buffer.AsSpan(0, count));
            progress?.Report(new DownloadProgress { Address = _shownAddress, Received = partial.Length, Total = total });
        }
    }

    // No full buffer is waited for: progress is reported as data comes.
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
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
        if (request.Digest.Fits(found))
            return;

        throw StartOver(
            $"{partial.Length} bytes came whose {request.Digest.Name} begins with " +
            $"{Convert.ToHexStringLower(found)[..16]} instead of {request.Digest.Digits}, so it is another file",
            mayPass: isContinued);
    }

    private void ThrowIfTooLarge(long length, bool isContinued)
    {
        if (length > request.MostBytes)
        {
            throw StartOver(
                $"the server sends more than {request.MostBytes} bytes, the largest size that is known of the file or that " +
                $"{nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.LargestFile)} allows", mayPass: isContinued);
        }
    }

    private FailedAttemptException StartOver(string reason, bool mayPass = true)
    {
        partial.StartOver();
        return new FailedAttemptException(reason, mayPass);
    }
}
