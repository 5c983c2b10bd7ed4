using System.Buffers;

namespace TransferLearning.Data;

/// <summary>A source that reads its files into memory which is used again: most files are large enough to burden the garbage collector.</summary>
public interface ILendingSource
{
    /// <summary>What <see cref="IDatasetSource.Load"/> gives, until it is disposed; safe for use by several threads at once.</summary>
    /// <param name="index">The sample's position in <see cref="IDatasetSource.Samples"/>.</param>
    /// <returns>Memory of exactly the encoded bytes; the caller does not change them, and disposes it.</returns>
    /// <exception cref="IOException">The bytes cannot be read.</exception>
    IMemoryOwner<byte> Lend(int index);
}
