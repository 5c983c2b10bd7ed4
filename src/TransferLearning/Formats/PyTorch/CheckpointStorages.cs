using TransferLearning.Formats.Stored;
using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>
/// The storages of a checkpoint. One that is asked for as a tensor is read once, straight into its memory, and kept for the other views of it.
/// </summary>
/// <param name="data">Where each storage's bytes lie, by its key.</param>
internal sealed class CheckpointStorages(IReadOnlyDictionary<string, StorageData> data) : IDisposable
{
    private readonly Dictionary<string, Tensor> _read = new(StringComparer.Ordinal);

    /// <summary>Holds a storage against the file.</summary>
    /// <exception cref="InvalidDataException">The file has no such bytes, or not as many.</exception>
    public void Check(StorageHandle handle)
    {
        if (!data.TryGetValue(handle.Key, out StorageData? found))
            throw new InvalidDataException($"it holds no bytes for storage '{handle.Key}'; it is cut short or damaged");
        long expected = TensorShape.ByteCount(handle.Length, handle.Type);
        if (found.ByteCount != expected)
            throw new InvalidDataException($"storage '{handle.Key}' has {found.ByteCount} bytes; {handle.Length} elements of {handle.Type} take {expected}");
    }

    /// <summary>A stream at a storage's first byte; it belongs to the file's reader.</summary>
    public Stream Open(StorageHandle handle) => data[handle.Key].Open();

    /// <summary>A whole storage, flat; borrowed.</summary>
    public Tensor Read(StorageHandle handle)
    {
        if (_read.TryGetValue(handle.Key, out Tensor? known))
            return known;

        Tensor storage = empty([handle.Length], handle.Type, CPU).DetachFromDisposeScope();
        _read.Add(handle.Key, storage);
        TensorBytes.Fill(storage, Open(handle));
        return storage;
    }

    public void Dispose()
    {
        foreach (Tensor storage in _read.Values)
            storage.Dispose();
        _read.Clear();
    }
}

/// <summary>Where a storage's bytes lie.</summary>
/// <param name="ByteCount">How many there are; never more than the file holds.</param>
/// <param name="Open">A stream at the first of them; it belongs to the file's reader.</param>
internal sealed record StorageData(long ByteCount, Func<Stream> Open)
{
    /// <summary>A run of bytes of a file.</summary>
    /// <exception cref="InvalidDataException">The file ends before it.</exception>
    public static StorageData At(Stream file, long position, long byteCount)
    {
        if (byteCount > file.Length - position)
            throw new InvalidDataException($"a storage of {byteCount} bytes starts at byte {position}, and the file ends after {file.Length}; it is cut short");
        return new StorageData(byteCount, () =>
        {
            file.Position = position;
            return file;
        });
    }
}

/// <summary>A tensor of a checkpoint: a view of a storage.</summary>
/// <param name="description">The view.</param>
/// <param name="storages">Where its storage is found; borrowed.</param>
internal sealed class TensorInCheckpoint(TensorDescription description, CheckpointStorages storages) : StoredTensor(description.Storage.Type, description.Shape)
{
    // An empty tensor's offset and strides mean nothing.
    public override Tensor Read() => description.ElementCount == 0
        ? empty(Shape, Type, CPU)
        : storages.Read(description.Storage).as_strided(Shape, description.Strides, description.Offset);

    public override Stream? Open() => description.IsWholeStorage ? storages.Open(description.Storage) : null;
}
