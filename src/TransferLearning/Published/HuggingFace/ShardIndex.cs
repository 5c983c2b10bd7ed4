using TransferLearning.Formats;

namespace TransferLearning.Published.HuggingFace;

/// <summary>"model.safetensors.index.json": which file each tensor lies in.</summary>
internal static class ShardIndex
{
    /// <summary>The names of the tensors, by their file, in the order of the index.</summary>
    /// <exception cref="WeightsFormatException">It is no such index.</exception>
    public static IReadOnlyList<IGrouping<string, string>> Read(string path)
    {
        Dictionary<string, string>? files = HubJson.Read<Content>(path).WeightMap;
        if (files is not { Count: > 0 })
            throw new WeightsFormatException(path, "it has no 'weight_map' of tensors' names to files");
        foreach ((string tensor, string file) in files)
        {
            if (file is null || file != Path.GetFileName(file) || !file.EndsWith(".safetensors", StringComparison.Ordinal))
                throw new WeightsFormatException(path, $"it says that tensor '{tensor}' is in '{file}', which is no name of a safetensors file beside it");
        }
        return [.. files.GroupBy(entry => entry.Value, entry => entry.Key)];
    }

    private sealed record Content(Dictionary<string, string>? WeightMap);
}
