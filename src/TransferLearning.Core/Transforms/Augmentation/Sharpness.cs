using TransferLearning.Imaging;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Blends an image with its smoothed copy: a factor of 0 smooths, 1 changes nothing, more sharpens.</summary>
/// <remarks>Source: Pillow's ImageEnhance.Sharpness and ImageFilter.SMOOTH: of nine pixels the center counts five times; the border is not smoothed.</remarks>
internal static class Sharpness
{
    private const int CenterWeight = 5;
    private const int AllWeights = 13;

    /// <returns>A new image.</returns>
    public static PixelBuffer Adjust(PixelBuffer image, float factor)
    {
        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);
        image.Pixels.CopyTo(result.Pixels);
        int length = image.Stride;
        var columns = new int[length];
        for (int y = 1; y < image.Height - 1; y++)
        {
            ReadOnlySpan<byte> above = image.Row(y - 1), row = image.Row(y), below = image.Row(y + 1);
            Span<byte> to = result.Row(y);
            for (int i = 0; i < length; i++)
                columns[i] = above[i] + row[i] + below[i];
            for (int i = PixelBuffer.Channels; i < length - PixelBuffer.Channels; i++)
            {
                int sum = columns[i - PixelBuffer.Channels] + columns[i] + columns[i + PixelBuffer.Channels] + (CenterWeight - 1) * row[i];
                to[i] = ColorAdjustment.Blend((sum + AllWeights / 2) / AllWeights, row[i], factor);
            }
        }
        return result;
    }
}
