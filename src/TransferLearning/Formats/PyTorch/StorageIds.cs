using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>Understands the ids by which a pickle names storages, and remembers each storage that was named.</summary>
/// <remarks>
/// Source: <c>persistent_id</c> in <c>torch/serialization.py</c>: ('storage', type, key, device, length), and in legacy files a sixth part:
/// nothing, or (view key, start, count).
/// </remarks>
internal sealed class StorageIds
{
    private readonly Dictionary<string, StorageHandle> _named = new(StringComparer.Ordinal);

    /// <summary>Every storage named so far, by its key.</summary>
    public IReadOnlyDictionary<string, StorageHandle> Named => _named;

    /// <summary>The storage that an id names.</summary>
    /// <exception cref="InvalidDataException">The id names none, or one that was said to be different before.</exception>
    public object Load(object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", ScalarType type, string key, _, long length, ..])
            throw new InvalidDataException("its pickle names a storage without a type, a key and a length; the file is damaged");

        StorageHandle storage = StorageHandle.Whole(key, type, length);
        if (!_named.TryAdd(key, storage) && _named[key] != storage)
            throw new InvalidDataException($"it describes storage '{key}' as {_named[key].Length} elements of {_named[key].Type} and as {length} of {type}");

        return parts.Length > 5 && parts[5] is object?[] and [_, long start, long count] ? storage.Part(start, count) : storage;
    }
}
