using Quickstart;
using SkiaSharp;
using TransferLearning.Data;

namespace Regression;

/// <summary>Images of a tank, filled to some level in percent with what is blue at 0 °C and red at 100 °C.</summary>
internal static class Tanks
{
    public static InMemoryDataset Draw(int count, int seed)
    {
        var random = new Random(seed);
        return InMemoryDataset.Of(Enumerable.Range(0, count).Select(number => Tank($"tank {number}", random)).ToArray(), "level", "warmth");
    }

    private static TargetImage Tank(string name, Random random)
    {
        (int level, int warmth) = (random.Next(101), random.Next(101));
        byte[] encoded = Drawings.Encoded((canvas, _) => Fill(canvas, level, warmth), random);
        return new TargetImage(encoded, Target.Values(level, warmth), name);
    }

    private static void Fill(SKCanvas canvas, int level, int warmth)
    {
        using var wall = new SKPaint { Color = SKColors.Black, IsAntialias = true, IsStroke = true, StrokeWidth = 3 };
        using var content = new SKPaint { Color = SKColor.FromHsl(240 * (100 - warmth) / 100f, 90, 45), IsAntialias = true };
        float height = 54 * level / 100f;
        canvas.DrawRect(-20, 27 - height, 40, height, content);
        canvas.DrawRect(-20, -27, 40, 54, wall);
    }
}
