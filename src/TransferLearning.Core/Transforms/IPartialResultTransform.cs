using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>
/// A transform that is not random and can compute a part of its result alone: if an <see cref="IPartialTransform"/> follows,
/// only the part that it chooses is computed. A resize before a crop is one.
/// </summary>
public interface IPartialResultTransform : ITransform
{
    /// <inheritdoc/>
    bool ITransform.IsRandom => false;

    /// <summary>The size of the whole result, before any of it is computed.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <returns>At least one pixel.</returns>
    (int Width, int Height) GetResultSize(int width, int height);

    /// <summary>Computes a part of the result, bit for bit as in the whole.</summary>
    /// <param name="image">The image; must not be changed.</param>
    /// <param name="part">A part within the result.</param>
    /// <returns>An image of the part's size.</returns>
    PixelBuffer ApplyForPart(PixelBuffer image, PixelRectangle part);

    /// <inheritdoc/>
    PixelBuffer ITransform.Apply(PixelBuffer image, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(image);
        (int width, int height) = GetResultSize(image.Width, image.Height);
        return ApplyForPart(image, new PixelRectangle(0, 0, width, height));
    }
}
