using TransferLearning.Internal;

namespace TransferLearning.Transforms;

/// <summary>An operation of a pipeline failed on an image; the inner exception says why.</summary>
public sealed class TransformException : Exception
{
    internal TransformException(ITransform operation, int index, int count, ImageKey image, string reason, Exception? inner)
        : base(PrintableText.Of($"Operation {index} of 0 to {count - 1}, {operation.GetType().Name}, failed on {Describe(image)}: {reason}"), inner)
    {
        Operation = operation;
        OperationIndex = index;
    }

    /// <summary>The operation that failed.</summary>
    public ITransform Operation { get; }

    /// <summary>Its index in the pipeline, from 0.</summary>
    public int OperationIndex { get; }

    private static string Describe(ImageKey image)
    {
        string sample = $"sample {image.Index} in epoch {image.Epoch}";
        return image.Name is not { } name ? sample : image.Epoch == 0 ? $"'{name}'" : $"'{name}', {sample}"; // a prediction has no epoch
    }
}
