using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>Asks the hub, with the token where there is one.</summary>
internal sealed class HubClient
{
    private readonly WeightsStoreOptions _options;
    private readonly Uri _endpoint;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <exception cref="ArgumentException">The endpoint is not of https or of this machine, or the token is none.</exception>
    public HubClient(WeightsStoreOptions options)
    {
        _options = options;
        _endpoint = options.HuggingFace.Endpoint;
        if (!WeightsAddress.IsBase(_endpoint))
        {
            throw new ArgumentException(
                $"Hugging Face's endpoint ({nameof(HuggingFaceOptions)}.{nameof(HuggingFaceOptions.Endpoint)} " +
                $"or {HubVariables.EndpointName}) is '{WeightsAddress.Shown(_endpoint)}'; " +
                "it must be an address of https, such as 'https://huggingface.co', without user, query and fragment.",
                nameof(options));
        }

        string? token = options.HuggingFace.Token;
        if (token is not null && !(token.Length > 0 && token.All(letter => letter is > ' ' and <= '~')))
        {
            throw new ArgumentException(
                $"Hugging Face's token ({nameof(HuggingFaceOptions)}.{nameof(HuggingFaceOptions.Token)} " +
                $"or {HubVariables.TokenName}) is empty or has characters that no token has.", nameof(options));
        }
        _authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where a file is.</summary>
    public Uri AddressOf(HubRepository repository, string file) => repository.AddressOf(file, _endpoint);

    /// <summary>How to ask for a file's content.</summary>
    public DownloadRequest RequestOf(HubRepository repository, string file, HubFile found) =>
        new(AddressOf(repository.At(found.Commit), file), found.Digest, Math.Min(found.Length ?? long.MaxValue, _options.LargestFile)) { Prepare = Authorize };

    /// <summary>Asks what there is of a file, as often as the options say.</summary>
    /// <returns>What the hub says; null where the repository has no such file.</returns>
    /// <exception cref="DownloadFailedException">The hub cannot be reached, refuses, or names no hash.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<HubFile?> AskAsync(HubRepository repository, string file, CancellationToken cancellationToken)
    {
        HubFile? found = null;
        Uri address = AddressOf(repository, file);
        await DownloadRetries.RunAsync(_options, address, AskPatientlyAsync, cancellationToken).ConfigureAwait(false);
        return found;

        Task AskPatientlyAsync(CancellationToken token) =>
            PatientRequest.RunAsync(_options, async (_, waiting) => found = await AskOnceAsync(address, waiting).ConfigureAwait(false), token);
    }

    // When the hub redirects a request for a large file, its own answer has the file's headers.
    private async Task<HubFile?> AskOnceAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SafeRequest
            .SendAsync(_options.Client, address, AskForHeaders, cancellationToken, staysOnServer: true).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && Header(response, "X-Error-Code") == "EntryNotFound")
            return null;
        if ((int)response.StatusCode >= 400)
            throw Refused(response);

        string? commit = Header(response, "X-Repo-Commit");
        string? blob = (Header(response, "X-Linked-Etag") ?? Header(response, "ETag"))?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        bool isLinked = long.TryParse(Header(response, "X-Linked-Size"), CultureInfo.InvariantCulture, out long linked);
        long? length = isLinked ? linked : response.Content.Headers.ContentLength;
        if (commit is null || !HubRepository.IsCommitHash(commit))
        {
            throw new FailedAttemptException(
                "the answer names no commit (X-Repo-Commit), so it is not the hub's; a client " +
                "of your own must leave redirects to the store (AllowAutoRedirect = false)", mayPass: false);
        }
        if (blob is null || HubCache.DigestOf(blob, length) is not { } digest)
        {
            throw new FailedAttemptException(
                "the answer names no hash of the file (X-Linked-Etag or ETag), so its content could not be checked", mayPass: false);
        }
        return new HubFile(commit, blob, digest, length);
    }

    private void AskForHeaders(HttpRequestMessage message)
    {
        message.Method = HttpMethod.Head;
        Authorize(message);
    }

    private void Authorize(HttpRequestMessage message)
    {
        if (WeightsAddress.IsOnSameServer(message.RequestUri!, _endpoint))
            message.Headers.Authorization = _authorization;
    }

    private FailedAttemptException Refused(HttpResponseMessage response)
    {
        string? advice = (response.StatusCode, Header(response, "X-Error-Code")) switch
        {
            (HttpStatusCode.NotFound, "RevisionNotFound") => "the repository has no such revision",
            (HttpStatusCode.NotFound, _) => "there is no such repository",
            (_, "GatedRepo") => "its owner asks that terms be accepted on its page first, by the person whose token this is",
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) when _authorization is null =>
                $"there is no such repository, or it is private: then give a token ({HubVariables.TokenName}) of someone who may read it",
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => "there is no such repository, or the token may not read it",
            _ => null,
        };
        return advice is null
            ? PatientRequest.Refused(response, _options)
            : new FailedAttemptException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}: {advice}", mayPass: false);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}

/// <summary>What the hub says of a file of a repository.</summary>
/// <param name="Commit">The commit that the revision stands for.</param>
/// <param name="Blob">The name of the content: its SHA-256, or for small files what git calls it.</param>
/// <param name="Digest">The same, to be checked against the content.</param>
/// <param name="Length">In bytes; null where the hub does not say.</param>
internal sealed record HubFile(string Commit, string Blob, FileDigest Digest, long? Length);
