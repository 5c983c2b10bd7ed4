using static TorchSharp.torch;

namespace TransferLearning.Weights.PyTorch;

/// <summary>Turns described tensors into real ones: each storage is read once, straight into its memory, and the tensors are views of it as they were when saved.</summary>
internal static class TensorBuilder
{
    /// <summary>Builds the tensors of a checkpoint.</summary>
    /// <param name="content">What the pickle gave.</param>
    /// <param name="data">Where each storage's bytes lie, by its key.</param>
    /// <param name="fileLength">No tensor may be larger than the file, even one that repeats its elements.</param>
    /// <param name="origin">The file's name.</param>
    /// <exception cref="InvalidDataException">The content has no weights, or they do not fit the storages.</exception>
    public static StateDict Build(object? content, IReadOnlyDictionary<string, StorageData> data, long fileLength, string origin)
    {
        var tensors = new StateDict { Origin = origin };
        var storages = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach ((string name, TensorDescription description) in NestedStateDict.Find(content))
            {
                StorageHandle handle = description.Storage;
                if (TensorShape.ByteCount(description.ElementCount, TensorBytes.ElementSize(handle.Type)) > fileLength)
                    throw new InvalidDataException($"tensor '{name}' of shape {TensorShape.Text(description.Shape)} is larger than the whole file of {fileLength} bytes");

                if (!storages.TryGetValue(handle.Key, out Tensor? storage))
                    storages[handle.Key] = storage = ReadStorage(handle, data);
                tensors.Add(name, View(storage, description));
            }
            return tensors;
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
        finally
        {
            foreach (Tensor storage in storages.Values)
                storage.Dispose();
        }
    }

    private static Tensor ReadStorage(StorageHandle handle, IReadOnlyDictionary<string, StorageData> data)
    {
        if (!data.TryGetValue(handle.Key, out StorageData? found))
            throw new InvalidDataException($"it holds no bytes for storage '{handle.Key}'; it is cut short or damaged");
        long expected = TensorShape.ByteCount(handle.Length, TensorBytes.ElementSize(handle.Type));
        if (found.ByteCount != expected)
            throw new InvalidDataException($"storage '{handle.Key}' has {found.ByteCount} bytes; {handle.Length} elements of {handle.Type} take {expected}");

        Tensor storage = empty([handle.Length], handle.Type, CPU);
        try
        {
            TensorBytes.Fill(storage, found.Open());
            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    // An empty tensor's offset and strides mean nothing.
    private static Tensor View(Tensor storage, TensorDescription description) => description.ElementCount == 0
        ? empty(description.Shape, description.Storage.Type, CPU)
        : storage.as_strided(description.Shape, description.Strides, description.Offset);
}
