using System.Buffers.Binary;
using System.Numerics;
using TransferLearning.Formats.Pickle;
using TransferLearning.Formats.Stored;

namespace TransferLearning.Formats.PyTorch;

/// <summary>
/// What torch.save wrote from PyTorch 0.1.10 to 1.5: five pickles (a magic number, the protocol, properties of the system, the content, the
/// storages' keys), then each storage as a count and its raw elements.
/// </summary>
/// <remarks>Source: <c>_legacy_save</c> and <c>_legacy_load</c> in <c>torch/serialization.py</c>.</remarks>
internal static class LegacyCheckpoint
{
    private const long ProtocolVersion = 1001;
    private static readonly BigInteger _magicNumber = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    /// <summary>Finds the file's tensors.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds something else.</exception>
    public static StoredWeights Open(Stream file, string origin)
    {
        var input = new PickleInput(file);
        if (Plain(input) is not BigInteger magic || magic != _magicNumber)
            throw new InvalidDataException("it is a pickle that torch.save did not write; a file of weights comes of torch.save(model.state_dict(), path)");
        if (Plain(input) is not ProtocolVersion)
        {
            throw new InvalidDataException(
                $"its format is not version {ProtocolVersion} of PyTorch's legacy format, the only one there is; the file is damaged");
        }
        if (Plain(input) is not OrderedDictionary<string, object?> system || system.GetValueOrDefault("little_endian") is not true)
            throw new InvalidDataException("it was not written on a little-endian machine; save it again on one");

        var storages = new StorageIds();
        object? content = new PickleMachine(input, TorchNames.Resolve, storages.Load).Run();
        if (Plain(input) is not List<object?> keys)
            throw new InvalidDataException("it has no list of its storages' keys; the file is damaged");
        return TensorBuilder.Build(content, Locate(file, keys, storages.Named), file.Length, origin);
    }

    private static object? Plain(PickleInput input) => new PickleMachine(input, TorchNames.Resolve, RefuseStorage).Run();

    private static object RefuseStorage(object? id) =>
        throw new InvalidDataException("it names a storage where only plain values belong; the file is damaged");

    private static Dictionary<string, StorageData> Locate(Stream file, List<object?> keys, IReadOnlyDictionary<string, StorageHandle> named)
    {
        var data = new Dictionary<string, StorageData>(StringComparer.Ordinal);
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (object? item in keys)
        {
            if (item is not string key || !named.TryGetValue(key, out StorageHandle? storage))
            {
                throw new InvalidDataException(
                    $"its list of storages has {(item is string name ? $"'{name}'" : PickleValue.Describe(item))}, " +
                    "which no tensor names; the file is damaged");
            }

            file.ReadExactly(count);
            long byteCount = TensorShape.ByteCount(BinaryPrimitives.ReadInt64LittleEndian(count), storage.Type);
            var found = StorageData.At(file, file.Position, byteCount);
            if (!data.TryAdd(key, found))
                throw new InvalidDataException($"it holds storage '{key}' twice; the file is damaged");
            file.Position += byteCount;
        }
        return data;
    }
}
