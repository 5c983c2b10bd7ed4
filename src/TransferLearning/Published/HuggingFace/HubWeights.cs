using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Published.Timm;

namespace TransferLearning.Published.HuggingFace;

/// <summary>A repository's weights: one file, or several by an index.</summary>
internal static class HubWeights
{
    private const string Whole = "model.safetensors";
    private const string Index = "model.safetensors.index.json";
    private const string Pickled = "pytorch_model.bin";

    // As the hub's libraries look for them: what old repositories alone have comes last.
    private static readonly string[] _files = [Whole, Index, Pickled];

    /// <summary>Finds them; where the repository has no rename, by the names that the network has for them.</summary>
    /// <param name="source">The repository; where it has no rename, its config.json must name a network of timm's that is known.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="options">How files are fetched.</param>
    /// <param name="progress">Told how a download goes on.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The caller disposes them.</returns>
    public static async Task<StoredWeights> FindAsync(
        WeightsSource.HuggingFace source, string network, WeightsStoreOptions? options,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var store = new HubStore(source, options);
        if (source.Rename is not null)
            return await FindAsync(store, progress, cancellationToken).ConfigureAwait(false);

        TimmNetwork timm = (await TimmConfig.FetchAsync(store, cancellationToken).ConfigureAwait(false)).Network;
        if (timm.Entry.Info.Name != network)
        {
            throw new ArgumentException(
                $"{store.Name} holds weights of {timm.Entry.Info.Name}, not of {network}. If they fit all the same, give a rename.", nameof(source));
        }

        StoredWeights weights = await FindAsync(store, progress, cancellationToken).ConfigureAwait(false);
        try
        {
            weights.Rename(timm.Rename);
            weights.Reshape(timm.Reshape);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static async Task<StoredWeights> FindAsync(HubStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        (string file, string path) =
            await FirstAsync(name => store.FindAsync(name, cancellationToken)).ConfigureAwait(false) ??
            await FirstAsync(name => store.FetchAsync(name, progress, cancellationToken)).ConfigureAwait(false) ??
            throw store.Unavailable(Whole, $"the repository has none of {string.Join(", ", _files)}");
        return file == Index ? await FindInShardsAsync(path, store, progress, cancellationToken).ConfigureAwait(false) : WeightsFile.Open(path);
    }

    private static async Task<(string File, string Path)?> FirstAsync(Func<string, Task<string?>> locate)
    {
        foreach (string file in _files)
        {
            if (await locate(file).ConfigureAwait(false) is { } path)
                return (file, path);
        }
        return null;
    }

    private static async Task<StoredWeights> FindInShardsAsync(
        string index, HubStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var all = new StoredWeights { Origin = store.Name };
        try
        {
            foreach (IGrouping<string, string> shard in ReadIndex(index))
            {
                string path = await store.FetchAsync(shard.Key, progress, cancellationToken).ConfigureAwait(false) ??
                              throw new WeightsFormatException(index, $"it names the file '{shard.Key}', which the repository does not have");
                StoredWeights part = WeightsFile.Open(path);
                all.Own(part);
                foreach (string name in shard)
                {
                    all.Add(name, part.TryGetValue(name, out StoredTensor? tensor)
                        ? tensor
                        : throw new WeightsFormatException(path, $"it has no tensor '{name}', which '{Path.GetFileName(index)}' says it has"));
                }
            }
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    // The names of the tensors, by their file, in the order of the index.
    private static IEnumerable<IGrouping<string, string>> ReadIndex(string path)
    {
        if (HubJson.Read<ShardIndex>(path).WeightMap is not { Count: > 0 } files)
            throw new WeightsFormatException(path, "it has no 'weight_map' of tensors' names to files");
        foreach ((string tensor, string file) in files)
        {
            if (file is null || file != Path.GetFileName(file) || !file.EndsWith(".safetensors", StringComparison.Ordinal))
                throw new WeightsFormatException(path, $"it says that tensor '{tensor}' is in '{file}'; it must name a safetensors file beside it");
        }
        return files.GroupBy(entry => entry.Value, entry => entry.Key);
    }

    private sealed record ShardIndex(Dictionary<string, string>? WeightMap);
}
