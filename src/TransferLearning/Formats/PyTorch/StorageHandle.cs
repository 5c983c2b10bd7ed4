using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>What a pickle says of a storage, the flat memory that tensors are views of; its bytes lie elsewhere in the file.</summary>
/// <param name="Key">Names the bytes.</param>
/// <param name="Type">The type of each element.</param>
/// <param name="Length">The number of elements.</param>
/// <param name="Start">The first element of the part that is seen; files before PyTorch 0.4 name parts of a storage as storages of their own.</param>
/// <param name="Count">The number of elements in that part.</param>
internal sealed record StorageHandle(string Key, ScalarType Type, long Length, long Start, long Count)
{
    /// <summary>A storage seen whole.</summary>
    public static StorageHandle Whole(string key, ScalarType type, long length)
    {
        TensorShape.ByteCount(length, type);
        return new StorageHandle(key, type, length, 0, length);
    }

    /// <summary>A part of it.</summary>
    /// <exception cref="InvalidDataException">The part reaches outside.</exception>
    public StorageHandle Part(long start, long count)
    {
        if (start < 0 || count < 0 || start > Length || count > Length - start)
            throw new InvalidDataException($"a part of storage '{Key}' takes {count} elements from element {start}; the storage has {Length}");
        return this with { Start = start, Count = count };
    }
}
