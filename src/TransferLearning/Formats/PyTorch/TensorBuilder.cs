using TransferLearning.Formats.Stored;
using TransferLearning.Internal;

namespace TransferLearning.Formats.PyTorch;

/// <summary>Turns described tensors into such that can be read: views of storages, as they were when saved.</summary>
internal static class TensorBuilder
{
    /// <summary>Finds the tensors of a checkpoint, and holds them against the file; none is read.</summary>
    /// <param name="content">What the pickle gave.</param>
    /// <param name="data">Where each storage's bytes lie, by its key.</param>
    /// <param name="fileLength">No tensor may be larger than the file, even one that repeats its elements.</param>
    /// <param name="origin">The file's name.</param>
    /// <exception cref="InvalidDataException">The content has no weights, or they do not fit the storages.</exception>
    public static StoredWeights Build(object? content, IReadOnlyDictionary<string, StorageData> data, long fileLength, string origin)
    {
        var storages = new CheckpointStorages(data);
        var tensors = new StoredWeights { Origin = origin };
        tensors.Own(storages);
        foreach ((string name, TensorDescription description) in NestedStateDict.Find(content))
        {
            if (TensorShape.ByteCount(description.ElementCount, description.Storage.Type) > fileLength)
            {
                throw new InvalidDataException(
                    $"tensor '{name}' of shape {ShapeText.Of(description.Shape)} is larger than the whole file of {fileLength} bytes");
            }
            storages.Check(description.Storage);
            tensors.Add(name, new TensorInCheckpoint(description, storages));
        }
        return tensors;
    }
}
