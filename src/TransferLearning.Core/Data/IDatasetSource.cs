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
    /// <param name="index">The sample's position in <see cref="Samples"/>.</param>
    /// <returns>The bytes; the caller does not change them.</returns>
    ReadOnlyMemory<byte> Load(int index);
}
