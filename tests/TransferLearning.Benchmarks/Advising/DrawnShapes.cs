using SkiaSharp;
using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Advising;

/// <summary>Discs, rings, squares and triangles of any color, size and place on noise: far from photographs.</summary>
internal static class DrawnShapes
{
    private const int Side = 64;

    private static readonly string[] _names = ["disc", "ring", "square", "triangle"];

    public static DatasetSplit Draw(int each, int seed) => new(Source(each, seed), Source(50, seed + 1_000_000));

    private static InMemoryDataset Source(int each, int seed)
    {
        var random = new Random(seed);
        return new InMemoryDataset(
            Enumerable.Range(0, each * _names.Length).Select(index => new LabeledImage(Encode(_names[index % _names.Length], random), _names[index % _names.Length])).ToArray(),
            _names);
    }

    private static byte[] Encode(string name, Random random)
    {
        using var image = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int pixel = 0; pixel < Side * Side; pixel++)
            image.SetPixel(pixel % Side, pixel / Side, Color(random));
        using var canvas = new SKCanvas(image);
        using var paint = new SKPaint { Color = Color(random), IsAntialias = true, StrokeWidth = 4, IsStroke = name == "ring" };
        float radius = random.Next(8, 20), x = random.Next(20, Side - 20), y = random.Next(20, Side - 20);
        if (name is "disc" or "ring")
            canvas.DrawCircle(x, y, radius, paint);
        else if (name is "square")
            canvas.DrawRect(x - radius, y - radius, 2 * radius, 2 * radius, paint);
        else
            DrawTriangle(canvas, x, y, radius, paint);
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static void DrawTriangle(SKCanvas canvas, float x, float y, float radius, SKPaint paint)
    {
        using var path = new SKPath();
        path.AddPoly([new SKPoint(x, y - radius), new SKPoint(x + radius, y + radius), new SKPoint(x - radius, y + radius)]);
        canvas.DrawPath(path, paint);
    }

    private static SKColor Color(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
