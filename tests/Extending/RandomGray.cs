using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Transforms;

namespace Extending;

/// <summary>Takes the color out of some images.</summary>
public sealed class RandomGray(double probability) : ITransform
{
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if (random.NextDouble() >= probability)
            return image;

        var gray = new PixelBuffer(image.Width, image.Height);
        for (int i = 0; i < image.Pixels.Length; i += PixelBuffer.Channels)
        {
            byte luma = (byte)((299 * image.Pixels[i] + 587 * image.Pixels[i + 1] + 114 * image.Pixels[i + 2] + 500) / 1000);
            gray.Pixels.Slice(i, PixelBuffer.Channels).Fill(luma);
        }
        return gray;
    }
}
