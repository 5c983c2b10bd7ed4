using TransferLearning.Formats.Pickle;
using TransferLearning.Formats.Stored;
using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>
/// What torch.save wrote up to PyTorch 0.1.9, the oldest official files: a tar of <c>storages</c>, <c>tensors</c> and <c>pickle</c>, which
/// refer to one another by number.
/// </summary>
/// <remarks>Source: <c>legacy_load</c> inside <c>_legacy_load</c> in <c>torch/serialization.py</c>.</remarks>
internal sealed class TarCheckpoint
{
    private readonly Stream _file;
    private readonly Dictionary<string, (long Position, long Length)> _entries;
    private readonly Dictionary<string, StorageData> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<long, StorageHandle> _storages = [];
    private readonly Dictionary<long, TensorDescription> _tensors = [];

    private TarCheckpoint(Stream file)
    {
        _file = file;
        _entries = TarEntries.Find(file);
    }

    /// <summary>Finds the file's tensors.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds something else.</exception>
    public static StoredWeights Open(Stream file, string origin)
    {
        var checkpoint = new TarCheckpoint(file);
        checkpoint.ReadStorages();
        checkpoint.ReadTensors();
        checkpoint.GoTo("pickle");
        return TensorBuilder.Build(checkpoint.NextPickle(), checkpoint._data, file.Length, origin);
    }

    // Their number; for each (key, device, type), an element count and the elements; then a list of parts: (key, the whole's key, start, count).
    private void ReadStorages()
    {
        GoTo("storages");
        for (long left = PickleValue.Integer(NextPickle(), "the number of storages"); left > 0; left--)
        {
            if (NextPickle() is not (object?[] and [long key, _, ScalarType type]))
                throw new InvalidDataException("a storage lacks its key, device and type; the file is damaged");
            ReadStorage(key, type);
        }

        if (NextPickle() is not List<object?> parts)
            throw new InvalidDataException("the list of storages that are parts of others is absent; the file is damaged");
        foreach (object? part in parts)
        {
            if (part is not (object?[] and [long key, long whole, long start, long count]) || !_storages.TryGetValue(whole, out StorageHandle? storage))
                throw new InvalidDataException("a part of a storage lacks its key, storage, start and count; the file is damaged");
            _storages[key] = storage.Part(start, count);
        }
    }

    private void ReadStorage(long key, ScalarType type)
    {
        StorageHandle storage = StorageHandle.Whole($"{key}", type, NextInt64());
        var data = StorageData.At(_file, _file.Position, TensorShape.ByteCount(storage.Length, type));
        if (!_storages.TryAdd(key, storage))
            throw new InvalidDataException($"it holds storage '{key}' twice; the file is damaged");
        _data.Add(storage.Key, data);
        _file.Position += data.ByteCount;
    }

    // Their number; for each (key, storage key, type), the number of sides in four bytes and four of padding, the sides, the strides, the offset.
    private void ReadTensors()
    {
        GoTo("tensors");
        for (long left = PickleValue.Integer(NextPickle(), "the number of tensors"); left > 0; left--)
        {
            if (NextPickle() is not (object?[] and [long key, long storageKey, _]) || !_storages.TryGetValue(storageKey, out StorageHandle? storage))
                throw new InvalidDataException("a tensor lacks its key, storage and type; the file is damaged");

            int sides = (int)NextInt64();
            long[] shape = NextInt64s(sides);
            long[] strides = NextInt64s(sides);
            _tensors[key] = TensorDescription.Of(storage, NextInt64(), shape, strides);
        }
    }

    private object? NextPickle() => new PickleMachine(new PickleInput(_file), TorchNames.Resolve, Load).Run();

    private object Load(object? id)
    {
        if (long.TryParse(id as string, out long key))
        {
            if (_tensors.TryGetValue(key, out TensorDescription? tensor))
                return tensor;
            if (_storages.TryGetValue(key, out StorageHandle? storage))
                return storage;
        }
        throw new InvalidDataException($"its pickle names {(id is string text ? $"'{text}'" : PickleValue.Describe(id))}, which is not a tensor of the file");
    }

    private void GoTo(string name)
    {
        if (!_entries.TryGetValue(name, out (long Position, long Length) entry))
        {
            throw new InvalidDataException(
                $"it is a tar without '{name}', so torch.save did not write it; its entries are {string.Join(", ", _entries.Keys.Take(5))}");
        }
        _file.Position = entry.Position;
    }

    private long NextInt64() => (long)new PickleInput(_file).UInt64();

    private long[] NextInt64s(int count)
    {
        var input = new PickleInput(_file);
        if (count < 0)
            throw new InvalidDataException($"a tensor has {count} sides; the file is damaged");
        input.CheckLeft((ulong)count * sizeof(long));

        var values = new long[count];
        for (int i = 0; i < count; i++)
            values[i] = (long)input.UInt64();
        return values;
    }
}
