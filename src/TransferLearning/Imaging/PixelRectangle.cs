namespace TransferLearning.Imaging;

/// <summary>A part of a picture, in whole pixels from its top left corner.</summary>
internal readonly record struct PixelRectangle(int Left, int Top, int Width, int Height)
{
    public int Right => Left + Width;

    public int Bottom => Top + Height;

    public static PixelRectangle Whole(PixelBuffer image) => new(0, 0, image.Width, image.Height);
}
