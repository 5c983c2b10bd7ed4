namespace TransferLearning.Tests.Imaging;

/// <summary>The colour types of PNG.</summary>
internal enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
