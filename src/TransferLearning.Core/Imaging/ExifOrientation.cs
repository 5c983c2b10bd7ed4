namespace TransferLearning.Imaging;

/// <summary>Turns and mirrors a stored image upright.</summary>
/// <remarks>Source: the Orientation tag (274) of TIFF 6.0 and EXIF.</remarks>
internal static class ExifOrientation
{
    /// <summary>The orientation that changes nothing.</summary>
    public const int Upright = 1;

    /// <summary>The orientation of an image whose rows are in reverse order.</summary>
    public const int UpsideDown = 4;

    /// <param name="image">The image as stored; left as it is.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <returns>The upright image; the input where it is upright already.</returns>
    public static PixelBuffer Apply(PixelBuffer image, int orientation)
    {
        if (orientation == Upright)
            return image;

        // Where the upright image's top left pixel is stored, and where one walks from there to go right and down.
        (int right, int bottom) = (image.Width - 1, image.Height - 1);
        (int x, int y, (int X, int Y) goRight, (int X, int Y) goDown) = orientation switch
        {
            2 => (right, 0, (-1, 0), (0, 1)),
            3 => (right, bottom, (-1, 0), (0, -1)),
            4 => (0, bottom, (1, 0), (0, -1)),
            5 => (0, 0, (0, 1), (1, 0)),
            6 => (0, bottom, (0, -1), (1, 0)),
            7 => (right, bottom, (0, -1), (-1, 0)),
            8 => (right, 0, (0, 1), (-1, 0)),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "An EXIF orientation is 1 to 8."),
        };

        bool turned = orientation >= 5;
        var upright = PixelBuffer.Rent(turned ? image.Height : image.Width, turned ? image.Width : image.Height);
        int stepRight = goRight.X * PixelBuffer.Channels + goRight.Y * image.Stride;
        int stepDown = goDown.X * PixelBuffer.Channels + goDown.Y * image.Stride;
        int rowStart = x * PixelBuffer.Channels + y * image.Stride;
        ReadOnlySpan<byte> stored = image.Pixels;
        for (int row = 0; row < upright.Height; row++, rowStart += stepDown)
        {
            Span<byte> to = upright.Row(row);
            for (int column = 0, from = rowStart; column < to.Length; column += PixelBuffer.Channels, from += stepRight)
                stored.Slice(from, PixelBuffer.Channels).CopyTo(to[column..]);
        }
        return upright;
    }
}
