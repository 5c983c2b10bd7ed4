using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Operations in their order, and the statistics that normalise what comes out. Immutable: every verb returns a longer pipeline.</summary>
public sealed partial class TransformPipeline
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

    /// <summary>What a network wants outside training: the shorter side resized, the centre cut out, normalised.</summary>
    /// <param name="preprocessing">The network's facts.</param>
    /// <returns>A pipeline without any randomness.</returns>
    public static TransformPipeline ForEvaluation(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Empty
            .Resize(preprocessing.ResizeTo, preprocessing.Interpolation)
            .CenterCrop(preprocessing.CropTo)
            .Normalize(preprocessing.Statistics);
    }

    /// <summary>The usual augmentation for training: a random resized crop and a random horizontal flip, normalised.</summary>
    /// <param name="preprocessing">The network's facts.</param>
    /// <returns>A pipeline whose pictures have the size of <see cref="ForEvaluation"/>'s.</returns>
    public static TransformPipeline ForTraining(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Empty
            .RandomResizedCrop(preprocessing.CropTo, interpolation: preprocessing.Interpolation)
            .RandomHorizontalFlip()
            .Normalize(preprocessing.Statistics);
    }

    /// <summary>Applies every operation to one picture.</summary>
    /// <param name="image">The picture; left as it is.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="sample">The sample's index in its source.</param>
    /// <returns>The changed picture; the input where nothing changes.</returns>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer Apply(PixelBuffer image, long seed, int epoch, int sample)
    {
        ArgumentNullException.ThrowIfNull(image);
        for (int index = 0; index < Operations.Count; index++)
        {
            ITransform operation = Operations[index];
            var random = new RandomStream(seed, RandomPurpose.Augmentation, epoch, sample, index);
            try
            {
                image = operation.Apply(image, random);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw Failure(exception.Message, exception);
            }
            if (image is null)
                throw Failure("it returned null; a picture is expected.", null);

            TransformException Failure(string reason, Exception? inner) =>
                new(operation, index, Operations.Count, epoch, sample, reason, inner);
        }
        return image;
    }
}
