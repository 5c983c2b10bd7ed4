using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>An operation that depends on a part of the image alone: where it comes first in a pipeline, no more than the part is decoded.</summary>
public interface IPartialTransform : ITransform
{
    /// <summary>Chooses the part of an image that is not decoded yet.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="random">Where every random decision comes from.</param>
    /// <returns>A rectangle of at least one pixel within the image.</returns>
    PixelRectangle ChoosePart(int width, int height, RandomStream random);

    /// <summary>Applies the operation, looking at no pixel outside the part.</summary>
    /// <param name="image">The whole image, or what was decoded of it; left as it is.</param>
    /// <param name="part">Where the chosen part lies in <paramref name="image"/>.</param>
    /// <returns>A new image, or <paramref name="image"/> where nothing changes.</returns>
    PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part);

    /// <inheritdoc/>
    PixelBuffer ITransform.Apply(PixelBuffer image, RandomStream random) => ApplyToPart(image, ChoosePart(image.Width, image.Height, random));
}
