using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>A transform that needs only a part of the image: if it is first in a pipeline, only that part is decoded.</summary>
public interface IPartialTransform : ITransform
{
    /// <summary>Chooses the part before the image is decoded.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="random">The random sequence for all random decisions.</param>
    /// <returns>A rectangle of at least one pixel within the image.</returns>
    PixelRectangle ChoosePart(int width, int height, RandomStream random);

    /// <summary>Applies the transform, reading only pixels of the part.</summary>
    /// <param name="image">The whole image, or the decoded part; must not be changed.</param>
    /// <param name="part">The chosen part in the coordinates of <paramref name="image"/>.</param>
    /// <returns>A new image, or <paramref name="image"/> if nothing changes.</returns>
    PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part);

    /// <inheritdoc/>
    PixelBuffer ITransform.Apply(PixelBuffer image, RandomStream random) => ApplyToPart(image, ChoosePart(image.Width, image.Height, random));
}
