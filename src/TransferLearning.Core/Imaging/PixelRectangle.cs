namespace TransferLearning.Imaging;

/// <summary>A part of an image, in whole pixels from its top left corner.</summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">How many columns.</param>
/// <param name="Height">How many rows.</param>
public readonly record struct PixelRectangle(int Left, int Top, int Width, int Height)
{
    /// <summary>The column after the last.</summary>
    public int Right => Left + Width;

    /// <summary>The row after the last.</summary>
    public int Bottom => Top + Height;

    internal static PixelRectangle Whole(PixelBuffer image) => new(0, 0, image.Width, image.Height);

    /// <summary>Throws unless the rectangle holds a pixel and lies within an image.</summary>
    internal void RequireWithin(int width, int height, string argument)
    {
        bool within = Left >= 0 && Top >= 0 && Width >= 1 && Height >= 1 && Width <= width - Left && Height <= height - Top;
        if (!within)
            throw new ArgumentOutOfRangeException(
                argument, this, $"The part must hold at least one pixel and lie within the image of {width}x{height} pixels.");
    }
}
