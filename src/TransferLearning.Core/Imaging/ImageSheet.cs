using SkiaSharp;
using TransferLearning.Internal;

namespace TransferLearning.Imaging;

/// <summary>Draws images in rows and columns, with a line of text under each, as PNG.</summary>
internal static class ImageSheet
{
    private const int Margin = 6;
    private const int TextHeight = 18;
    private const int LeastSide = 96;
    private const int MostSide = 224;
    private const string Cut = "...";

    /// <param name="images">One or more images with their texts; a text whose font the system has not is left out.</param>
    /// <param name="columns">At least 1.</param>
    public static byte[] Encode(IReadOnlyList<(PixelBuffer Image, string Text)> images, int columns)
    {
        columns = Math.Min(columns, images.Count);
        int rows = (images.Count + columns - 1) / columns;
        int width = images.Max(entry => SizeOf(entry.Image).Width), height = images.Max(entry => SizeOf(entry.Image).Height);
        (int cellWidth, int cellHeight) = (width + Margin, height + TextHeight + Margin);

        using var sheet = new SKBitmap(columns * cellWidth + Margin, rows * cellHeight + Margin, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(SKColors.White);
        foreach ((int index, (PixelBuffer image, string text)) in images.Index())
        {
            var cell = SKRect.Create(Margin + index % columns * cellWidth, Margin + index / columns * cellHeight, width, height);
            DrawImage(canvas, image, cell);
            DrawText(canvas, PrintableText.Of(text), cell);
        }
        canvas.Flush();
        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <summary>Large images are shrunk, and the pixels of small ones are enlarged.</summary>
    private static (int Width, int Height) SizeOf(PixelBuffer image)
    {
        int longer = Math.Max(image.Width, image.Height);
        double scale = longer > MostSide ? (double)MostSide / longer : Math.Max(1, LeastSide / longer);
        return (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
    }

    private static void DrawImage(SKCanvas canvas, PixelBuffer image, SKRect cell)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<byte> to = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int from = 0, at = 0; from < pixels.Length; from += PixelBuffer.Channels, at += 4)
            (to[at], to[at + 1], to[at + 2], to[at + 3]) = (pixels[from], pixels[from + 1], pixels[from + 2], byte.MaxValue);

        (int width, int height) = SizeOf(image);
        var sampling = width < image.Width ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKFilterMode.Nearest);
        using SKImage drawn = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(drawn, SKRect.Create(cell.Left + (cell.Width - width) / 2, cell.Top, width, height), sampling);
    }

    private static void DrawText(SKCanvas canvas, string text, SKRect cell)
    {
        using SKTypeface typeface = TypefaceOf(text);
        using var font = new SKFont(typeface, size: 12);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        if (font.MeasureText(text) > cell.Width)
        {
            while (text.Length > 0 && font.MeasureText(text + Cut) > cell.Width)
                text = text[..^1];
            text += Cut;
        }
        canvas.DrawText(text, cell.MidX, cell.Bottom + TextHeight - Margin, SKTextAlign.Center, font, paint);
    }

    private static SKTypeface TypefaceOf(string text)
    {
        SKTypeface usual = SKTypeface.CreateDefault();
        if (usual.ContainsGlyphs(text) || text.EnumerateRunes().FirstOrDefault(rune => usual.GetGlyph(rune.Value) == 0) is not { Value: > 0 } missing)
            return usual;
        if (SKFontManager.Default.MatchCharacter(missing.Value) is not { } other)
            return usual;
        usual.Dispose();
        return other;
    }
}
