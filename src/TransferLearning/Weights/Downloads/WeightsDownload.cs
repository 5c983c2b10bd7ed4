using System.Security.Cryptography;
using TransferLearning.Backbones;
using TransferLearning.Storage;

namespace TransferLearning.Weights.Downloads;

/// <summary>Downloads one file; it appears under its name only when whole and of the right hash.</summary>
internal sealed class WeightsDownload(WeightsSource.Published source, string target, WeightsStoreOptions options)
{
    private const int BufferSize = 1 << 20;

    // The options' patience limits each wait; a limit on the whole would punish large files.
    private static readonly HttpClient _sharedClient = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Saves what the address sends.</summary>
    /// <exception cref="WeightsUnavailableException">The server cannot be reached, refuses, breaks off, or sends a file of another hash.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public void Run(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            waiting.CancelAfter(options.Patience);
            using HttpResponseMessage response = (options.Client ?? _sharedClient)
                .GetAsync(source.Address, HttpCompletionOption.ResponseHeadersRead, waiting.Token).GetAwaiter().GetResult();
            if (!response.IsSuccessStatusCode)
                throw Unavailable($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");

            using Stream body = response.Content.ReadAsStream(waiting.Token);
            AtomicFile.Write(target, file => Copy(body, file, response.Content.Headers.ContentLength, progress, waiting));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable($"the server was silent for {options.Patience.TotalSeconds} seconds", exception);
        }
        catch (HttpRequestException exception)
        {
            throw Unavailable(exception.Message, exception);
        }
    }

    private void Copy(Stream body, Stream file, long? total, IProgress<DownloadProgress>? progress, CancellationTokenSource waiting)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long received = 0;
        for (int count = Read(body, buffer, waiting); count > 0; count = Read(body, buffer, waiting))
        {
            hash.AppendData(buffer, 0, count);
            file.Write(buffer, 0, count);
            received += count;
            progress?.Report(new DownloadProgress(source.Address, received, total));
        }

        byte[] found = hash.GetHashAndReset();
        if (!Sha256Check.Fits(found, source.Sha256Prefix))
            throw Unavailable($"{received} bytes came whose SHA-256 begins with {Convert.ToHexStringLower(found)[..16]} instead of {source.Sha256Prefix}, so it is another file");
    }

    // No full buffer is waited for: progress is reported as data comes.
    private int Read(Stream body, byte[] buffer, CancellationTokenSource waiting)
    {
        try
        {
            waiting.CancelAfter(options.Patience);
            return body.ReadAsync(buffer, waiting.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (IOException exception)
        {
            throw Unavailable($"the connection broke: {exception.Message}", exception);
        }
    }

    private WeightsUnavailableException Unavailable(string reason, Exception? cause = null) =>
        new(source.Address, reason.TrimEnd('.'), target, source.Sha256Prefix, cause);
}
