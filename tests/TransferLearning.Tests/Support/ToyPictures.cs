using SkiaSharp;
using TransferLearning.Data;

namespace TransferLearning.Tests.Support;

/// <summary>Small drawn pictures of three classes that a small network tells apart within a few epochs: mostly red, green and blue ones.</summary>
internal static class ToyPictures
{
    public static IReadOnlyList<string> Classes { get; } = ["blue", "green", "red"];

    public static DatasetSplit Split(int trainingEach = 8, int validationEach = 4) =>
        new(Source(trainingEach, seed: 1), Source(validationEach, seed: 2));

    public static InMemoryDataset Source(int each, int seed) => new(Pictures(each, seed), Classes);

    /// <summary>Nine pictures and a tenth, "torn.png", of which half is missing.</summary>
    public static InMemoryDataset WithABrokenOne()
    {
        byte[] whole = Encoded(classIndex: 0, new Random(1));
        return new InMemoryDataset(
        [
            .. Enumerable.Range(0, 9).Select(index => new LabelledImage(Encoded(index % 3, new Random(index)), Classes[index % 3])),
            new LabelledImage(whole[..(whole.Length / 2)], "blue", "torn.png"),
        ]);
    }

    public static byte[] Encoded(int classIndex, Random random, int side = 24)
    {
        using var picture = new SKBitmap(side, side);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int[] channels = [random.Next(120), random.Next(120), random.Next(120)];
                channels[2 - classIndex] += 80;
                picture.SetPixel(x, y, new SKColor((byte)channels[0], (byte)channels[1], (byte)channels[2]));
            }
        }
        using SKData data = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static IEnumerable<LabelledImage> Pictures(int each, int seed)
    {
        var random = new Random(seed);
        for (int index = 0; index < each * Classes.Count; index++)
        {
            int classIndex = index % Classes.Count;
            yield return new LabelledImage(Encoded(classIndex, random), Classes[classIndex], $"{Classes[classIndex]}-{index}.png");
        }
    }
}
