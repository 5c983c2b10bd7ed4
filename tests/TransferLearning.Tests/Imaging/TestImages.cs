using System.Security.Cryptography;
using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

/// <summary>Images made by rule, and how tests compare them.</summary>
internal static class TestImages
{
    /// <summary>Noise that any program can make: byte i is the top byte of i * 2654435761 mod 2^32.</summary>
    public static PixelBuffer Noise(int width, int height)
    {
        var image = new PixelBuffer(width, height);
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((uint)i * 2654435761u >> 24);
        return image;
    }

    /// <summary>Every pixel's red tells its column, green its row, blue is 7.</summary>
    public static PixelBuffer Coordinates(int width, int height)
    {
        var image = new PixelBuffer(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                Set(image, x, y, (byte)x, (byte)y, 7);
        }
        return image;
    }

    public static PixelBuffer Uniform(int width, int height, byte red, byte green, byte blue)
    {
        var image = new PixelBuffer(width, height);
        for (int i = 0; i < width * height; i++)
            Set(image, i % width, i / width, red, green, blue);
        return image;
    }

    /// <summary>From one string a row: each letter becomes the red of a pixel.</summary>
    public static PixelBuffer Letters(params string[] rows)
    {
        var image = new PixelBuffer(rows[0].Length, rows.Length);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
                Set(image, x, y, (byte)rows[y][x], 0, 0);
        }
        return image;
    }

    /// <summary>The reverse of <see cref="Letters"/>; black is a dot.</summary>
    public static string[] ToLetters(PixelBuffer image) =>
        [.. Enumerable.Range(0, image.Height).Select(y => string.Concat(
            Enumerable.Range(0, image.Width).Select(x => Get(image, x, y).Red is 0 ? '.' : (char)Get(image, x, y).Red)))];

    public static (byte Red, byte Green, byte Blue) Get(PixelBuffer image, int x, int y)
    {
        Span<byte> pixel = image.Row(y).Slice(x * PixelBuffer.Channels, PixelBuffer.Channels);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static void Set(PixelBuffer image, int x, int y, byte red, byte green, byte blue)
    {
        Span<byte> pixel = image.Row(y).Slice(x * PixelBuffer.Channels, PixelBuffer.Channels);
        (pixel[0], pixel[1], pixel[2]) = (red, green, blue);
    }

    /// <summary>The first 16 hexadecimal digits of the pixels' SHA-256.</summary>
    public static string Hash(PixelBuffer image) => Convert.ToHexStringLower(SHA256.HashData(image.Pixels))[..16];

    public static byte[] Encode(PixelBuffer image, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                (byte red, byte green, byte blue) = Get(image, x, y);
                bitmap.SetPixel(x, y, new SKColor(red, green, blue));
            }
        }
        using SKData data = bitmap.Encode(format, quality: 90);
        return data.ToArray();
    }

    /// <summary>Adds EXIF data of one entry to a JPEG or a simple lossy WebP.</summary>
    public static byte[] WithOrientation(byte[] encoded, int orientation)
    {
        byte[] directory = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] payload = [.. "Exif\0\0"u8, .. directory];
        if (encoded[0] == 0xFF)
            return [.. encoded[..2], 0xFF, 0xE1, 0, (byte)(payload.Length + 2), .. payload, .. encoded[2..]];

        var (width, height) = (BitConverter.ToUInt16(encoded, 26) & 0x3FFF, BitConverter.ToUInt16(encoded, 28) & 0x3FFF);
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 0b1000, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] content = [.. "WEBP"u8, .. extended, .. encoded[12..], .. "EXIF"u8, .. BitConverter.GetBytes(directory.Length), .. directory];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(content.Length), .. content];
    }
}
