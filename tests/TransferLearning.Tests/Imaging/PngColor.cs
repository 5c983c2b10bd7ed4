namespace TransferLearning.Tests.Imaging;

/// <summary>The colour types of PNG.</summary>
internal enum PngColor : byte
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}
