using System.Buffers;

namespace TransferLearning.Data;

/// <summary>Some samples of another source, with all of its classes.</summary>
public sealed class Subset : IDatasetSource, ILendingSource
{
    private readonly IDatasetSource _source;
    private readonly int[] _indices;

    /// <summary>Chooses samples.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="indices">Their positions there, in the order they have here.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the source.</exception>
    public Subset(IDatasetSource source, IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(indices);
        _source = source;
        _indices = [.. indices];
        IReadOnlyList<Sample> all = source.Samples;
        foreach (int index in _indices)
        {
            if (index < 0 || index >= all.Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The source has {all.Count} samples; a position is 0 to {all.Count - 1}.");
        }
        Samples = [.. _indices.Select(index => all[index])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _source.Classes;

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Load(int index) => _source.Load(_indices[index]);

    IMemoryOwner<byte> ILendingSource.Lend(int index) => EncodedBytes.Of(_source, _indices[index]);
}
