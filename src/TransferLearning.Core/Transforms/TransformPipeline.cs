using TransferLearning.Imaging;
using TransferLearning.Randomness;

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
        ? string.Join('\n', Operations.Select(operation => operation.Fingerprint).Concat(NormalizationFingerprint()))
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
        return Apply(image, new ImageKey(seed, epoch, sample), first: 0, Operations.Count, isPart: false, new ImageReaderOptions().MaximumResultPixels);
    }

    /// <summary>The part that an operation needs of an image of this size; null if it needs the whole image.</summary>
    /// <exception cref="TransformException">The operation failed to choose, or chose a part that leaves the image.</exception>
    internal PixelRectangle? PartNeeded(int index, int width, int height, ImageKey key)
    {
        if (Operations.ElementAtOrDefault(index) is not IPartialTransform operation)
            return null;
        return Try(index, key, () =>
        {
            PixelRectangle part = operation.ChoosePart(width, height, key.Stream(index));
            part.RequireWithin(width, height, nameof(part));
            return part;
        });
    }

    /// <param name="input">The image; not changed.</param>
    /// <param name="key">The key of the random streams.</param>
    /// <param name="first">The first operation that is applied.</param>
    /// <param name="end">The operation after the last.</param>
    /// <param name="isPart">Whether the image is only the part that <see cref="PartNeeded"/> returned.</param>
    /// <param name="maximumPixels">The maximum number of pixels of any result; checked before it is computed if its size is known.</param>
    /// <returns>The transformed image, which the caller releases; the input if nothing changes.</returns>
    /// <exception cref="TransformException">An operation failed.</exception>
    internal PixelBuffer Apply(PixelBuffer input, ImageKey key, int first, int end, bool isPart, long maximumPixels)
    {
        PixelBuffer image = input;
        for (int index = first; index < end; index++)
        {
            PixelRectangle? part = isPart ? null : PartOfResult(index, end, image, key, maximumPixels);
            PixelBuffer result = Apply(index, image, key, isPart, part);
            isPart = part is not null;
            if (result == image)
                continue;
            RequireAllowed(index, key, image, (result.Width, result.Height), maximumPixels);
            if (!Operations[index].ReleasesResult)
                result.Disown();
            if (image != input)
                image.Release();
            image = result;
        }
        return image;
    }

    /// <summary>What the next operation needs of an operation's result, if the operation can compute parts alone.</summary>
    private PixelRectangle? PartOfResult(int index, int end, PixelBuffer image, ImageKey key, long maximumPixels)
    {
        if (Operations[index] is not IPartialResultTransform operation)
            return null;
        (int width, int height) size = Try(index, key, () => operation.GetResultSize(image.Width, image.Height));
        PixelRectangle? part = index + 1 < end ? PartNeeded(index + 1, size.width, size.height, key) : null;
        RequireAllowed(index, key, image, part is { } wanted ? (wanted.Width, wanted.Height) : size, maximumPixels);
        return part;
    }

    private PixelBuffer Apply(int index, PixelBuffer image, ImageKey key, bool isPart, PixelRectangle? partOfResult)
    {
        ITransform operation = Operations[index];
        PixelBuffer? result = Try(index, key, () => isPart ? ((IPartialTransform)operation).ApplyToPart(image, PixelRectangle.Whole(image))
            : partOfResult is { } part ? ((IPartialResultTransform)operation).ApplyForPart(image, part)
            : operation.Apply(image, key.Stream(index)));
        return result ?? throw Failure(index, key, "it returned null; an image is expected.", null);
    }

    private void RequireAllowed(int index, ImageKey key, PixelBuffer image, (int Width, int Height) result, long maximumPixels)
    {
        long pixels = (long)result.Width * result.Height;
        if (pixels > maximumPixels)
            throw Failure(
                index, key, $"{image.Width}x{image.Height} pixels would become {result.Width}x{result.Height}, which is {pixels} pixels; the limit is "
                + $"{maximumPixels} ({nameof(ImageReaderOptions)}.{nameof(ImageReaderOptions.MaximumPixels)}).", null);
    }

    private T Try<T>(int index, ImageKey key, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Failure(index, key, exception.Message, exception);
        }
    }

    private TransformException Failure(int index, ImageKey key, string reason, Exception? inner) =>
        new(Operations[index], index, Operations.Count, key, reason, inner);

    private string[] NormalizationFingerprint()
    {
        if (Statistics is not var (mean, deviation))
            return [];
        return [FormattableString.Invariant(
            $"Normalize by mean {mean.Red:R} {mean.Green:R} {mean.Blue:R}, deviation {deviation.Red:R} {deviation.Green:R} {deviation.Blue:R}")];
    }
}

/// <summary>An image in an epoch, from 1: the key of all its random decisions.</summary>
internal readonly record struct ImageKey(long Seed, int Epoch, int Index)
{
    /// <summary>The index that seeds the random sequences; by default the index in the source.</summary>
    public int RandomIndex { get; init; } = Index;

    /// <summary>What errors call the image.</summary>
    public string? Name { get; init; }

    /// <summary>The random sequence of one operation of a pipeline.</summary>
    /// <remarks>Sequences count epochs from 0, so that a seed draws what it always drew.</remarks>
    public RandomStream Stream(int operation) => new(Seed, RandomPurpose.Augmentation, Epoch - 1, RandomIndex, operation);
}
