using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>A transform of one image.</summary>
/// <remarks>
/// Implementations must be immutable and thread-safe. The input is borrowed: it must not be changed or kept, because its
/// memory is reused after the call, and later access throws. The result is a new image or the input itself.
/// </remarks>
public interface ITransform
{
    /// <summary>Whether the result depends on the random stream. If not, and images are cached in memory, it is computed once per image.</summary>
    /// <value>True by default, which is always safe.</value>
    bool IsRandom => true;

    /// <summary>
    /// Identifies the transform, on one line: its name and every parameter, with numbers in full precision and invariant
    /// culture. It must change whenever the results change.
    /// </summary>
    /// <value>Null by default, which means unknown: results are not cached between fits.</value>
    string? Fingerprint => null;

    /// <summary>
    /// Whether the transform keeps no reference to an image that it returned, so that an image from
    /// <see cref="PixelBuffer.Rent"/> can be returned to the pool after use.
    /// </summary>
    /// <value>False by default, which is always safe.</value>
    bool ReleasesResult => false;

    /// <summary>Applies the transform.</summary>
    /// <param name="image">The image; must not be changed.</param>
    /// <param name="random">The random sequence for all random decisions; it depends only on the seed, sample, epoch and transform.</param>
    /// <returns>The transformed image, or <paramref name="image"/> if nothing changes.</returns>
    PixelBuffer Apply(PixelBuffer image, RandomStream random);
}
