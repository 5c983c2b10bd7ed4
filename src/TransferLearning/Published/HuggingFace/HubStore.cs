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
    /// <exception cref="WeightsUnavailableException">The folder cannot be read, or the lock file pins another content.</exception>
    public Task<string?> FindAsync(string file, CancellationToken cancellationToken) =>
        PinAsync(file, () => Task.FromResult(_cache.Commit is { } commit ? _cache.Find(commit, file, cancellationToken) : null), cancellationToken);

    /// <summary>A file's path, once it is there: all files are of the commit that the first was of.</summary>
    /// <returns>Null where the repository has no such file.</returns>
    /// <exception cref="WeightsUnavailableException">It is not there and cannot be fetched, or the lock file pins another content.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<string?> FetchAsync(string file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        PinAsync(file, () => FindOrDownloadAsync(file, progress, cancellationToken), cancellationToken);

    // Looks for a file, and holds what is found against the lock file.
    private async Task<string?> PinAsync(string file, Func<Task<string?>> find, CancellationToken cancellationToken)
    {
        try
        {
            string? path = await find().ConfigureAwait(false);
            if (path is not null && WeightsLock.Of(_options) is { } pins)
                await PinAsync(pins, file, path, cancellationToken).ConfigureAwait(false);
            return path;
        }
        catch (DownloadFailedException failure)
        {
            throw Unavailable(file, failure.Message, failure.InnerException);
        }
        catch (InvalidDataException refused)
        {
            throw WeightsUnavailableException.Refused(_client.AddressOf(_repository, file), refused.Message, _cache.Folder);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not WeightsUnavailableException))
        {
            throw Unavailable(file, $"the cache folder cannot be read or written: {failure.Message}", failure);
        }
    }

    private async Task PinAsync(WeightsLock pins, string file, string path, CancellationToken cancellationToken)
    {
        string name = $"{_repository.Id}/{file}";
        Uri address = _repository.At(_cache.Commit!).AddressOf(file, HubVariables.Hub);
        LockedFile? pinned = pins.Find(name, address);
        Uri endpoint = _options.HuggingFace.Endpoint;
        if (pinned is null && !endpoint.IsLoopback && !WeightsAddress.IsOnSameServer(endpoint, HubVariables.Hub))
            throw pins.LacksOriginOf(name);

        var found = LockedFile.Of(name, address, path);
        if (pinned is null)
            await pins.AddAsync(found, cancellationToken).ConfigureAwait(false);
        else if (pinned != found)
            throw pins.Differs(pinned, found.Sha256);
    }

    private async Task<string?> FindOrDownloadAsync(string file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
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
        return await DownloadAsync(file, commit is null ? _repository : _repository.At(commit), progress, cancellationToken).ConfigureAwait(false);
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

        string blob = _cache.BlobPath(found.Blob);
        var download = new WeightsDownload(
            _client.RequestOf(_repository, file, found), blob, _cache.LockPath(found.Blob),
            isThere: () => File.Exists(blob) && found.Digest.Fits(blob, cancellationToken), _options);
        await download.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        string path = _cache.Place(found.Commit, file, found.Blob);
        _cache.NoteCommit(found.Commit);
        return path;
    }
}
