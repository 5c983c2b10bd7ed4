using SkiaSharp;
using TransferLearning.Data;

namespace TransferLearning.Tests.Support;

/// <summary>Drawn images with known answers for tasks beyond one class: which of three colored bars are in it, and how bright it is.</summary>
internal static class DrawnShapes
{
    private const int Side = 24;

    public static IReadOnlyList<string> Colors { get; } = ["blue", "green", "red"];

    /// <summary>Images of no to three bars, every combination as often, and the names of those that are in each.</summary>
    public static IEnumerable<MultiLabelImage> Bars(int each, int seed)
    {
        var random = new Random(seed);
        for (int index = 0; index < each * 8; index++)
        {
            string[] present = [.. Colors.Where((_, color) => (index >> color & 1) == 1)];
            yield return new MultiLabelImage(Encoded(random, (x, _) => Bar(present, x)), present, $"bars-{index}.png");
        }
    }

    /// <summary>Gray images, whose brightness, 20 to 220, and its tenth are the targets.</summary>
    public static IEnumerable<TargetImage> Grays(int count, int seed)
    {
        var random = new Random(seed);
        for (int index = 0; index < count; index++)
        {
            int gray = 20 + random.Next(200);
            yield return new TargetImage(Encoded(random, (_, _) => new SKColor((byte)gray, (byte)gray, (byte)gray)), Target.Values(gray, gray / 10.0), $"gray-{index}.png");
        }
    }

    public static DatasetSplit BarSplit() => new(InMemoryDataset.MultiLabel(Bars(each: 6, seed: 1), Colors), InMemoryDataset.MultiLabel(Bars(each: 3, seed: 2), Colors));

    public static DatasetSplit GraySplit() => new(InMemoryDataset.Of(Grays(48, seed: 1), "brightness", "tenth"), InMemoryDataset.Of(Grays(24, seed: 2), "brightness", "tenth"));

    private static SKColor Bar(string[] present, int x) => (x / (Side / 3)) switch
    {
        0 when present.Contains("red") => SKColors.Red,
        1 when present.Contains("green") => SKColors.Lime,
        2 when present.Contains("blue") => SKColors.Blue,
        _ => SKColors.Black,
    };

    private static byte[] Encoded(Random random, Func<int, int, SKColor> color)
    {
        using var image = new SKBitmap(Side, Side);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                SKColor plain = color(x, y);
                int noise = random.Next(-8, 8);
                image.SetPixel(x, y, new SKColor(Shifted(plain.Red, noise), Shifted(plain.Green, noise), Shifted(plain.Blue, noise)));
            }
        }
        using SKData data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static byte Shifted(byte channel, int noise) => (byte)Math.Clamp(channel + noise, 0, 255);
}
