using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>One operation on one image.</summary>
/// <remarks>
/// Implementations must be immutable and safe for use by several threads at once. The input is borrowed: it must be
/// neither changed nor kept, for its memory is used again once the next image is made of it, and reading it then
/// throws. The result is a new image or the input itself.
/// </remarks>
public interface ITransform
{
    /// <summary>Whether the result depends on the random stream. What does not is computed once an image where results are kept in memory.</summary>
    /// <value>True, which is always safe.</value>
    bool IsRandom => true;

    /// <summary>
    /// What the operation does, on one line, in words that change whenever its results would: its name and every
    /// parameter, numbers written in full and in the same way everywhere.
    /// </summary>
    /// <value>Null, which means unknown: nothing made with the operation is kept between fits.</value>
    string? Fingerprint => null;

    /// <summary>
    /// Whether the operation keeps no reference to an image that it returned: what comes from <see cref="PixelBuffer.Rent"/>
    /// then goes back to the pool once the next image is made of it.
    /// </summary>
    /// <value>False, which is always safe.</value>
    bool ReleasesResult => false;

    /// <summary>Applies the operation.</summary>
    /// <param name="image">The image; left as it is.</param>
    /// <param name="random">Where every random decision comes from: a sequence of this sample, epoch and operation alone.</param>
    /// <returns>The changed image, or <paramref name="image"/> where nothing changes.</returns>
    PixelBuffer Apply(PixelBuffer image, RandomStream random);
}
