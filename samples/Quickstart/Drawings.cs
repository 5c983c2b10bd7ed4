using SkiaSharp;

namespace Quickstart;

/// <summary>Draws images that vary as photographs do: place, size, turn, colour, light, background and noise.</summary>
internal static class Drawings
{
    private const int Side = 80;

    /// <summary>What the network learns first.</summary>
    public static IReadOnlyDictionary<string, Action<SKCanvas, Random>> Shapes { get; } = new Dictionary<string, Action<SKCanvas, Random>>
    {
        ["balls"] = (canvas, random) => canvas.DrawCircle(0, 0, 26, Ink(random)),
        ["crosses"] = (canvas, random) =>
        {
            using SKPaint ink = Ink(random);
            canvas.DrawRect(-27, -8, 54, 16, ink);
            canvas.DrawRect(-8, -27, 16, 54, ink);
        },
        ["dots"] = (canvas, random) =>
        {
            using SKPaint ink = Ink(random);
            for (int dot = 0; dot < 7; dot++)
                canvas.DrawCircle(random.Next(-24, 25), random.Next(-24, 25), 5, ink);
        },
        ["rings"] = (canvas, random) => canvas.DrawCircle(0, 0, 22, Ink(random, outline: 8)),
        ["stripes"] = (canvas, random) =>
        {
            using SKPaint ink = Ink(random);
            for (int stripe = -24; stripe <= 24; stripe += 12)
                canvas.DrawRect(-26, stripe - 3, 52, 6, ink);
        },
        ["triangles"] = (canvas, random) => canvas.DrawPath(Triangle(), Ink(random)),
    };

    /// <summary>What it is fine-tuned for.</summary>
    public static IReadOnlyDictionary<string, Action<SKCanvas, Random>> Insects { get; } = new Dictionary<string, Action<SKCanvas, Random>>
    {
        ["beetle"] = (canvas, random) =>
        {
            using SKPaint shell = Ink(random, hues: (90, 260)), legs = Line(SKColors.Black, 2);
            for (int leg = -14; leg <= 14; leg += 14)
                canvas.DrawLine(-26, leg + 4, 26, leg + 4, legs);
            canvas.DrawOval(0, 0, 16, 26, shell);
            canvas.DrawLine(0, -20, 0, 26, legs);
        },
        ["butterfly"] = (canvas, random) =>
        {
            using SKPaint wings = Ink(random, hues: (20, 330)), body = Line(SKColors.Black, 4);
            canvas.DrawOval(-14, -9, 14, 13, wings);
            canvas.DrawOval(14, -9, 14, 13, wings);
            canvas.DrawOval(-10, 12, 10, 10, wings);
            canvas.DrawOval(10, 12, 10, 10, wings);
            canvas.DrawLine(0, -20, 0, 20, body);
        },
        ["ladybird"] = (canvas, random) =>
        {
            using SKPaint shell = Ink(random, hues: (0, 25)), spots = new() { Color = SKColors.Black, IsAntialias = true };
            canvas.DrawCircle(0, 0, 22, shell);
            canvas.DrawCircle(0, -22, 9, spots);
            foreach ((int x, int y) in new[] { (-10, -6), (10, -6), (-8, 9), (8, 9), (0, 1) })
                canvas.DrawCircle(x, y, 4.5f, spots);
        },
    };

    /// <summary>Writes folder/class/number.jpg.</summary>
    public static void Draw(string folder, IReadOnlyDictionary<string, Action<SKCanvas, Random>> classes, int imagesEach, int seed)
    {
        var random = new Random(seed);
        foreach ((string name, Action<SKCanvas, Random> subject) in classes)
        {
            string place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            for (int number = 0; number < imagesEach; number++)
            {
                using FileStream file = File.Create(Path.Combine(place, $"{number:00}.jpg"));
                file.Write(Encoded(subject, random));
            }
        }
    }

    /// <summary>An image of a subject, which is drawn around (0, 0) and up to 28 away from it.</summary>
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
        using (SKPaint clutter = Line(Color(random, 55, 80), 1.5f))
        {
            for (int blade = 0; blade < 10; blade++)
                canvas.DrawLine(random.Next(Side), random.Next(Side), random.Next(Side), random.Next(Side), clutter);
        }

        canvas.Translate(Side / 2 + random.Next(-8, 9), Side / 2 + random.Next(-8, 9));
        canvas.RotateDegrees(random.Next(360));
        canvas.Scale(0.8f + 0.4f * random.NextSingle());
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

    private static SKPath Triangle()
    {
        var path = new SKPath();
        path.AddPoly([new SKPoint(0, -28), new SKPoint(26, 20), new SKPoint(-26, 20)]);
        return path;
    }

    private static SKPaint Ink(Random random, float outline = 0, (int From, int To)? hues = null) => new()
    {
        Color = Color(random, 20, 45, hues),
        IsAntialias = true,
        IsStroke = outline > 0,
        StrokeWidth = outline,
    };

    private static SKPaint Line(SKColor colour, float width) => new() { Color = colour, IsAntialias = true, IsStroke = true, StrokeWidth = width };

    private static SKColor Color(Random random, int darkest, int lightest, (int From, int To)? hues = null) =>
        SKColor.FromHsl(random.Next(hues?.From ?? 0, hues?.To ?? 360), random.Next(40, 100), random.Next(darkest, lightest));
}
