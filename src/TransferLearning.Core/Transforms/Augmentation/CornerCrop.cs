using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Crops a square in a corner; a smaller image is padded with black first, as by <see cref="CenterCrop"/>.</summary>
internal sealed class CornerCrop : IPartialTransform
{
    private readonly CenterCrop _padding;
    private readonly int _size;
    private readonly bool _atRight;
    private readonly bool _atBottom;

    public CornerCrop(int size, bool atRight, bool atBottom)
    {
        _size = Require.AtLeast(1, size);
        (_atRight, _atBottom) = (atRight, atBottom);
        _padding = new CenterCrop(size);
    }

    public bool IsRandom => false;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant($"CornerCrop {_size}, {(_atBottom ? "bottom" : "top")} {(_atRight ? "right" : "left")}");

    public PixelRectangle ChoosePart(int width, int height, RandomStream random)
    {
        (int partWidth, int partHeight) = (Math.Min(_size, width), Math.Min(_size, height));
        return new PixelRectangle(_atRight ? width - partWidth : 0, _atBottom ? height - partHeight : 0, partWidth, partHeight);
    }

    public PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part) => _padding.ApplyToPart(image, part);
}
