using TransferLearning.Imaging;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>An operation given as a function; what <see cref="ITransform"/> asks of an implementation holds for the function.</summary>
internal sealed class Lambda : ITransform
{
    private readonly Func<PixelBuffer, RandomStream, PixelBuffer> _function;

    public Lambda(Func<PixelBuffer, RandomStream, PixelBuffer> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    public PixelBuffer Apply(PixelBuffer image, RandomStream random) => _function(image, random);
}
