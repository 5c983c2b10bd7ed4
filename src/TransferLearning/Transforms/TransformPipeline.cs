using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Operations in their order, and the statistics that normalise what comes out. Immutable: every verb returns a longer pipeline.</summary>
public sealed class TransformPipeline
{
    private TransformPipeline(IReadOnlyList<ITransform> operations, ChannelStatistics? statistics)
    {
        Operations = operations;
        Statistics = statistics;
    }

    /// <summary>The pipeline that changes nothing.</summary>
    public static TransformPipeline Empty { get; } = new([], null);

    /// <summary>The operations, first to last.</summary>
    public IReadOnlyList<ITransform> Operations { get; }

    /// <summary>The statistics that the result is normalised with; null stands for the network's own.</summary>
    public ChannelStatistics? Statistics { get; }

    /// <summary>Applies every operation to one picture.</summary>
    /// <param name="image">The picture; left as it is.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="sample">The sample's index in its source.</param>
    /// <returns>The changed picture; the input where nothing changes.</returns>
    public PixelBuffer Apply(PixelBuffer image, long seed, int epoch, int sample) => throw new NotImplementedException();
}
