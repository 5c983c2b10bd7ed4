using SkiaSharp;

namespace TransferLearning.Tests.Support;

/// <summary>Small encoded images, drawn here: the same arguments give the same bytes.</summary>
internal static class DrawnImage
{
    public static byte[] Jpeg(int width = 40, int height = 30, int variant = 0) => Encode(width, height, variant, SKEncodedImageFormat.Jpeg);

    public static byte[] Png(int width = 40, int height = 30, int variant = 0) => Encode(width, height, variant, SKEncodedImageFormat.Png);

    public static byte[] WebP(int width = 40, int height = 30, int variant = 0) => Encode(width, height, variant, SKEncodedImageFormat.Webp);

    private static byte[] Encode(int width, int height, int variant, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x * 6 + variant * 37), (byte)(y * 8 + variant * 11), (byte)((x ^ y) * 4 + variant * 71)));
        }
        using SKData encoded = bitmap.Encode(format, quality: 90);
        return encoded.ToArray();
    }
}
