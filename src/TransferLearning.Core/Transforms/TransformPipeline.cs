using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>A sequence of transforms, and the statistics for normalization. Immutable and thread-safe: each method returns a new pipeline.</summary>
public sealed partial class TransformPipeline
{
    private TransformPipeline(IReadOnlyList<ITransform> operations, ChannelStatistics? statistics)
    {
        Operations = operations;
        Statistics = statistics;
    }

    /// <summary>The empty pipeline, which changes nothing.</summary>
    public static TransformPipeline Empty { get; } = new([], null);

    /// <summary>The transforms, first to last.</summary>
    public IReadOnlyList<ITransform> Operations { get; }

    /// <summary>The mean and standard deviation for normalization; null uses those of the network.</summary>
    public ChannelStatistics? Statistics { get; }

    /// <summary>Whether the result of any transform is random.</summary>
    public bool IsRandom => Operations.Any(operation => operation.IsRandom);

    /// <summary>Identifies the results of the pipeline; null if a transform has no fingerprint.</summary>
    public string? Fingerprint => Operations.All(operation => operation.Fingerprint is not null)
        ? string.Join('\n', [.. Operations.Select(operation => operation.Fingerprint), .. NormalizationFingerprint()])
        : null;

    /// <summary>The preprocessing for validation and prediction: resize of the shorter side, center crop, normalization.</summary>
    /// <param name="preprocessing">The network's metadata.</param>
    /// <returns>A pipeline without random transforms.</returns>
    public static TransformPipeline ForEvaluation(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Empty
            .Resize(preprocessing.ResizeTo, preprocessing.Interpolation)
            .CenterCrop(preprocessing.CropTo)
            .Normalize(preprocessing.Statistics);
    }

    /// <summary>The usual augmentation for training: a random resized crop, a random horizontal flip, and normalization.</summary>
    /// <param name="preprocessing">The network's metadata.</param>
    /// <returns>A pipeline with images of the same size as <see cref="ForEvaluation"/>.</returns>
    public static TransformPipeline ForTraining(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Empty
            .RandomResizedCrop(preprocessing.CropTo, interpolation: preprocessing.Interpolation)
            .RandomHorizontalFlip()
            .Normalize(preprocessing.Statistics);
    }

    /// <summary>Applies all transforms to one image.</summary>
    /// <param name="image">The image; not changed.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="sample">The sample's index in its source.</param>
    /// <returns>The transformed image; the input if nothing changes.</returns>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer Apply(PixelBuffer image, long seed, int epoch, int sample)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Apply(image, new ImageKey(seed, epoch, sample), first: 0, Operations.Count, isPart: false);
    }

    /// <summary>The part that the first transform needs of an image of this size; null if it needs the whole image.</summary>
    /// <exception cref="TransformException">The operation failed to choose, or chose a part that leaves the image.</exception>
    internal PixelRectangle? PartNeeded(int width, int height, ImageKey key)
    {
        if (Operations is not [IPartialTransform first, ..])
            return null;
        try
        {
            PixelRectangle part = first.ChoosePart(width, height, key.Stream(operation: 0));
            part.RequireWithin(width, height, nameof(part));
            return part;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Failure(index: 0, key, exception.Message, exception);
        }
    }

    /// <param name="input">The image; not changed.</param>
    /// <param name="key">The key of the random streams.</param>
    /// <param name="first">The first operation that is applied.</param>
    /// <param name="end">The operation after the last.</param>
    /// <param name="isPart">Whether the image is only the part that <see cref="PartNeeded"/> returned.</param>
    /// <returns>The transformed image, which the caller releases; the input if nothing changes.</returns>
    internal PixelBuffer Apply(PixelBuffer input, ImageKey key, int first, int end, bool isPart)
    {
        PixelBuffer image = input;
        for (int index = first; index < end; index++)
        {
            PixelBuffer result = Apply(index, image, key, isPart && index == 0);
            if (result == image)
                continue;
            if (!Operations[index].ReleasesResult)
                result.Disown();
            if (image != input)
                image.Release();
            image = result;
        }
        return image;
    }

    private PixelBuffer Apply(int index, PixelBuffer image, ImageKey key, bool isPart)
    {
        ITransform operation = Operations[index];
        PixelBuffer? result;
        try
        {
            result = isPart ? ((IPartialTransform)operation).ApplyToPart(image, PixelRectangle.Whole(image)) : operation.Apply(image, key.Stream(index));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Failure(index, key, exception.Message, exception);
        }
        return result ?? throw Failure(index, key, "it returned null; an image is expected.", null);
    }

    private TransformException Failure(int index, ImageKey key, string reason, Exception? inner) =>
        new(Operations[index], index, Operations.Count, key.Epoch, key.Index, reason, inner);

    private string[] NormalizationFingerprint()
    {
        if (Statistics is not var (mean, deviation))
            return [];
        return [FormattableString.Invariant(
            $"Normalize by mean {mean.Red:R} {mean.Green:R} {mean.Blue:R}, deviation {deviation.Red:R} {deviation.Green:R} {deviation.Blue:R}")];
    }
}
