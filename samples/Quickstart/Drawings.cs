using SkiaSharp;
using TransferLearning.Data;

namespace Quickstart;

/// <summary>Draws images that vary as photographs do: place, size, turn, color, light, background and noise.</summary>
internal static class Drawings
{
    private const int Side = 128;

    /// <summary>Subjects by name, each drawn around (0, 0) and up to 28 away from it.</summary>
    public static IReadOnlyDictionary<string, Action<SKCanvas, Random>> Insects { get; } = new Dictionary<string, Action<SKCanvas, Random>>
    {
        ["bee"] = (canvas, random) =>
        {
            using SKPaint wings = Glass(), body = Ink(random, hues: (38, 52)), stripes = Line(SKColors.Black, 4), head = Fill(SKColors.Black);
            Pair(canvas, wings, x: 14, y: -6, width: 13, height: 6, turn: -25);
            canvas.DrawOval(0, 4, 10, 18, body);
            for (int stripe = -5; stripe <= 15; stripe += 7)
                canvas.DrawLine(-9, stripe, 9, stripe, stripes);
            canvas.DrawCircle(0, -17, 7, head);
        },
        ["beetle"] = (canvas, random) =>
        {
            using SKPaint shell = Ink(random), lines = Line(SKColors.Black, 2), head = Fill(SKColors.Black);
            for (int leg = -10; leg <= 18; leg += 14)
                canvas.DrawLine(-25, leg + 4, 25, leg + 4, lines);
            canvas.DrawOval(0, 4, 16, 22, shell);
            canvas.DrawLine(0, -10, 0, 26, lines);
            canvas.DrawOval(0, -19, 10, 7, head);
        },
        ["butterfly"] = (canvas, random) =>
        {
            using SKPaint wings = Ink(random), hind = Ink(random), body = Line(SKColors.Black, 4), feelers = Line(SKColors.Black, 1.5f);
            Pair(canvas, wings, x: 15, y: -9, width: 14, height: 11, turn: -30);
            Pair(canvas, hind, x: 11, y: 11, width: 10, height: 10, turn: 30);
            canvas.DrawLine(0, -16, 0, 18, body);
            canvas.DrawLine(0, -16, -8, -26, feelers);
            canvas.DrawLine(0, -16, 8, -26, feelers);
        },
        ["dragonfly"] = (canvas, random) =>
        {
            using SKPaint wings = Glass(), body = Ink(random), tail = Line(body.Color, 4);
            Pair(canvas, wings, x: 15, y: -12, width: 14, height: 4, turn: -8);
            Pair(canvas, wings, x: 15, y: -3, width: 13, height: 4, turn: 12);
            canvas.DrawLine(0, -10, 0, 27, tail);
            canvas.DrawOval(0, -9, 5, 8, body);
            canvas.DrawCircle(0, -19, 5, body);
        },
        ["ladybird"] = (canvas, random) =>
        {
            using SKPaint shell = Ink(random, hues: (0, 45)), black = Fill(SKColors.Black), seam = Line(SKColors.Black, 2);
            canvas.DrawCircle(0, -18, 9, black);
            canvas.DrawCircle(0, 3, 21, shell);
            canvas.DrawLine(0, -18, 0, 24, seam);
            foreach ((int x, int y) in new[] { (9, -6), (11, 8), (5, 16) })
            {
                canvas.DrawCircle(-x, y, 4, black);
                canvas.DrawCircle(x, y, 4, black);
            }
        },
    };

    /// <summary>So many images of every insect, the same for the same seed.</summary>
    public static InMemoryDataset Draw(int imagesEach, int seed)
    {
        var random = new Random(seed);
        return new InMemoryDataset(
            from insect in Insects
            from number in Enumerable.Range(1, imagesEach)
            select new LabeledImage(Encoded(insect.Value, random), insect.Key, $"{insect.Key} {number}"));
    }

    /// <summary>An image of a subject, as JPEG.</summary>
    public static byte[] Encoded(Action<SKCanvas, Random> subject, Random random)
    {
        using SKBitmap image = Image(subject, random);
        using SKData data = image.Encode(SKEncodedImageFormat.Jpeg, quality: random.Next(70, 96));
        return data.ToArray();
    }

    private static SKBitmap Image(Action<SKCanvas, Random> subject, Random random)
    {
        var image = new SKBitmap(Side, Side);
        using var canvas = new SKCanvas(image);
        using SKShader light = SKShader.CreateLinearGradient(
            new SKPoint(random.Next(Side), 0), new SKPoint(random.Next(Side), Side), [Color(random, 65, 95), Color(random, 65, 95)], SKShaderTileMode.Clamp);
        using var ground = new SKPaint { Shader = light };
        canvas.DrawPaint(ground);
        for (int blade = 0; blade < 16; blade++)
        {
            using SKPaint grass = Line(Color(random, 30, 80), 1 + 2 * random.NextSingle());
            canvas.DrawLine(random.Next(Side), random.Next(Side), random.Next(Side), random.Next(Side), grass);
        }

        canvas.Translate(Side / 2 + random.Next(-20, 21), Side / 2 + random.Next(-20, 21));
        canvas.RotateDegrees(random.Next(360));
        canvas.Scale(0.9f + 0.9f * random.NextSingle());
        subject(canvas, random);
        canvas.Flush();
        AddNoise(image, random);
        return image;
    }

    private static void AddNoise(SKBitmap image, Random random)
    {
        Span<byte> bytes = image.GetPixelSpan();
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i % 4 != 3)
                bytes[i] = (byte)Math.Clamp(bytes[i] + random.Next(-12, 13), 0, 255);
        }
    }

    // An ellipse on either side of the body.
    private static void Pair(SKCanvas canvas, SKPaint paint, float x, float y, float width, float height, float turn)
    {
        foreach (int side in new[] { -1, 1 })
        {
            canvas.Save();
            canvas.Translate(side * x, y);
            canvas.RotateDegrees(side * turn);
            canvas.DrawOval(0, 0, width, height, paint);
            canvas.Restore();
        }
    }

    private static SKPaint Ink(Random random, (int From, int To)? hues = null) => Fill(Color(random, 20, 50, hues));

    private static SKPaint Glass() => Fill(SKColors.White.WithAlpha(190));

    private static SKPaint Fill(SKColor color) => new() { Color = color, IsAntialias = true };

    private static SKPaint Line(SKColor color, float width) => new() { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = width };

    private static SKColor Color(Random random, int darkest, int lightest, (int From, int To)? hues = null) =>
        SKColor.FromHsl(random.Next(hues?.From ?? 0, hues?.To ?? 360), random.Next(40, 100), random.Next(darkest, lightest));
}
