namespace TransferLearning.Imaging;

/// <summary>What an encoded image says of itself before any pixel is decoded.</summary>
/// <param name="Width">Pixels a row, as stored (before any EXIF turn).</param>
/// <param name="Height">Rows, as stored.</param>
/// <param name="ExifOrientation">1 to 8 as EXIF defines them; 1 is upright, and the value where there is none.</param>
/// <param name="Format">The format's name in lower case, such as "jpeg" or "png", found by content.</param>
public readonly record struct ImageHeader(int Width, int Height, int ExifOrientation, string Format);
