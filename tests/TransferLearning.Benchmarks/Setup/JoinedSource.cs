using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>The samples of several sources of the same classes, one source after the other: both sides of a split, for folds over all images.</summary>
internal sealed class JoinedSource : IDatasetSource
{
    private readonly (IDatasetSource Source, int Index)[] _places;

    public JoinedSource(params IReadOnlyList<IDatasetSource> sources)
    {
        Classes = sources[0].Classes;
        if (sources.FirstOrDefault(source => !source.Classes.SequenceEqual(Classes)) is { } other)
            throw new ArgumentException($"The sources have different classes: {string.Join(", ", Classes)} and {string.Join(", ", other.Classes)}.");
        _places = [.. sources.SelectMany(source => Enumerable.Range(0, source.Samples.Count).Select(index => (source, index)))];
        Samples = [.. sources.SelectMany(source => source.Samples)];
    }

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Both sides of a split.</summary>
    public static JoinedSource Of(DatasetSplit split) => new(split.Training, split.Validation);

    public ReadOnlyMemory<byte> Load(int index) => _places[index].Source.Load(_places[index].Index);
}
