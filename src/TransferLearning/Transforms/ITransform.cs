using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>One operation on one picture.</summary>
/// <remarks>
/// Implementations must be immutable and safe for use by several threads at once. The input is borrowed: it must be
/// neither changed nor kept, for its memory is used again once the next picture is made of it, and reading it then
/// throws. The result is a new picture or the input itself.
/// </remarks>
public interface ITransform
{
    /// <summary>Applies the operation.</summary>
    /// <param name="image">The picture; left as it is.</param>
    /// <param name="random">Where every random decision comes from: a sequence of this sample, epoch and operation alone.</param>
    /// <returns>The changed picture, or <paramref name="image"/> where nothing changes.</returns>
    PixelBuffer Apply(PixelBuffer image, RandomStream random);
}
