namespace TransferLearning.Imaging;

/// <summary>The header of an encoded image. Immutable.</summary>
/// <param name="Width">The width in pixels, as stored, before EXIF orientation is applied.</param>
/// <param name="Height">The height in pixels, as stored.</param>
/// <param name="ExifOrientation">1 to 8 as EXIF defines them; 1 is upright, also if there is none.</param>
/// <param name="Format">The format's name in lower case, such as "jpeg" or "png", found by content.</param>
public readonly record struct ImageHeader(int Width, int Height, int ExifOrientation, string Format);
