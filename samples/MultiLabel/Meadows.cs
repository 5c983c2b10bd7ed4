using Quickstart;
using SkiaSharp;
using TransferLearning.Data;

namespace MultiLabel;

/// <summary>Images of up to three kinds of insects, smaller and side by side; ladybirds are rare.</summary>
internal static class Meadows
{
    private static readonly Dictionary<string, double> _frequencies = new() { ["beetle"] = 0.5, ["butterfly"] = 0.4, ["ladybird"] = 0.15 };

    public static InMemoryDataset Draw(int count, int seed)
    {
        var random = new Random(seed);
        return InMemoryDataset.MultiLabel(Enumerable.Range(0, count).Select(number => Meadow($"meadow {number}", random)).ToArray(), _frequencies.Keys);
    }

    private static MultiLabelImage Meadow(string name, Random random)
    {
        string[] kinds = [.. _frequencies.Where(kind => random.NextDouble() < kind.Value).Select(kind => kind.Key)];
        return new MultiLabelImage(Drawings.Encoded((canvas, turns) => Place(kinds, canvas, turns), random), kinds, name);
    }

    private static void Place(string[] kinds, SKCanvas canvas, Random random)
    {
        int corner = random.Next(4);
        foreach (string kind in kinds)
        {
            canvas.Save();
            canvas.RotateDegrees(90 * corner++);
            canvas.Translate(17, 17);
            canvas.RotateDegrees(random.Next(360));
            canvas.Scale(0.6f);
            Drawings.Insects[kind](canvas, random);
            canvas.Restore();
        }
    }
}
