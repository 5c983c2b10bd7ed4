using System.Buffers;

namespace TransferLearning.Data;

/// <summary>A labeled collection of encoded images.</summary>
/// <remarks>Implementations must be safe for use by several threads at once, and must not change once made.</remarks>
public interface IDatasetSource
{
    /// <summary>The names of the classes, a class's position being its index; of the values, where numbers are the targets.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The samples, in an order that does not change.</summary>
    IReadOnlyList<Sample> Samples { get; }

    /// <summary>The encoded bytes (a JPEG file's content, say) of one sample.</summary>
    /// <remarks>Whatever it throws becomes the inner exception of a <see cref="SampleLoadException"/>. A cancelled fit waits half a second for loads that
    /// are under way; one that takes longer goes on alone in its background thread, may use the source until it returns, and its bytes are dropped.</remarks>
    /// <param name="index">The sample's position in <see cref="Samples"/>.</param>
    /// <returns>The bytes; the caller does not change them.</returns>
    ReadOnlyMemory<byte> Load(int index);
}

/// <summary>A source that may say itself which samples are for training and which for validation.</summary>
public interface IPresplitSource
{
    /// <summary>The source's own split.</summary>
    /// <returns>Both sides; null if the source has no split.</returns>
    /// <exception cref="InvalidDataException">The sides do not fit one another.</exception>
    DatasetSplit? GetOwnSplit();
}

/// <summary>A source that found more than it took.</summary>
public interface ISkippingSource
{
    /// <summary>What was found and not taken as a sample, and why.</summary>
    IReadOnlyList<SkippedSample> Skipped { get; }
}

/// <summary>A source that reads its files into memory which is used again: most files are large enough to burden the garbage collector.</summary>
public interface ILendingSource
{
    /// <summary>What <see cref="IDatasetSource.Load"/> gives, until it is disposed; safe for use by several threads at once.</summary>
    /// <param name="index">The sample's position in <see cref="IDatasetSource.Samples"/>.</param>
    /// <returns>Memory of exactly the encoded bytes; the caller does not change them, and disposes it.</returns>
    /// <exception cref="IOException">The bytes cannot be read.</exception>
    IMemoryOwner<byte> Lend(int index);
}
