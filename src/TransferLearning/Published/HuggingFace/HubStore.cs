using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>The files of one repository: from the hub's cache folder where they are there, else from the hub.</summary>
internal sealed class HubStore
{
    private readonly WeightsStoreOptions _options;
    private readonly HubRepository _repository;
    private readonly HubCache _cache;
    private readonly HubClient _client;

    /// <exception cref="ArgumentException">
    /// There can be no such repository or revision; the endpoint is not of https or of this machine; the token is none.
    /// </exception>
    public HubStore(WeightsSource.HuggingFace source, WeightsStoreOptions? options)
    {
        _options = options ?? new WeightsStoreOptions();
        _repository = new HubRepository(source.Repository, source.Revision);
        _cache = new HubCache(_options.HuggingFace.CacheFolder, _repository);
        _client = new HubClient(_options);
    }

    /// <summary>The repository, for messages.</summary>
    public string Name => _repository.ToString();

    /// <summary>A file that is in the cache folder; null where it is not, or is damaged.</summary>
    public string? Find(string file, CancellationToken cancellationToken) => _cache.Commit is { } commit ? _cache.Find(commit, file, cancellationToken) : null;

    /// <summary>A file's path, once it is there: all files are of the commit that the first was of.</summary>
    /// <returns>Null where the repository has no such file.</returns>
    /// <exception cref="WeightsUnavailableException">It is not there, and cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<string?> FetchAsync(string file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string? commit = _cache.Commit;
        if (commit is not null && _cache.Find(commit, file, cancellationToken) is { } there)
            return there;
        if (commit is not null && _cache.IsAbsent(commit, file))
            return null;
        if (_options.Offline || _options.HuggingFace.Offline)
        {
            throw Unavailable(
                file,
                "it is not in the cache folder, and no request was made, since the store is offline " +
                $"({nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.Offline)}, {DownloadVariables.Offline} or {HubVariables.Offline})");
        }

        try
        {
            return await DownloadAsync(file, commit is null ? _repository : _repository.At(commit), progress, cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadFailedException failure)
        {
            throw Unavailable(file, failure.Message, failure.InnerException);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(file, $"the cache folder cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Says that a file cannot be had.</summary>
    public WeightsUnavailableException Unavailable(string file, string reason, Exception? cause = null) => WeightsUnavailableException.OfRepository(
        _client.AddressOf(_repository, file), file, _repository.Id, reason.TrimEnd('.'), _cache.Folder, cause);

    private async Task<string?> DownloadAsync(string file, HubRepository revision, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (await _client.AskAsync(revision, file, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            if (_cache.Commit is { } commit)
                _cache.NoteAbsence(commit, file);
            return null;
        }

        var download = new WeightsDownload(_client.RequestOf(_repository, file, found), _cache.BlobPath(found.Blob), _cache.LockPath(found.Blob), _options);
        await download.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        string path = _cache.Place(found.Commit, file, found.Blob);
        _cache.NoteCommit(found.Commit);
        return path;
    }
}
