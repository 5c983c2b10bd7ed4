using TransferLearning.Internal;

namespace TransferLearning.Imaging;

/// <summary>An image cannot be read; the message names it, says what was found and what would be right.</summary>
public sealed class ImageFormatException : IOException
{
    /// <summary>Reports an image that cannot be read.</summary>
    /// <param name="name">The image, such as its path.</param>
    /// <param name="reason">What was found, and what would be right.</param>
    public ImageFormatException(string name, string reason)
        : base(PrintableText.Of($"'{name}': {reason}"))
    {
        ImageName = name;
        Reason = reason;
    }

    /// <summary>The image.</summary>
    public string ImageName { get; }

    /// <summary>What was found, and what would be right.</summary>
    public string Reason { get; }
}
