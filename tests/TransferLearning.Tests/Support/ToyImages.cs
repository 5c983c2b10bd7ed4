using SkiaSharp;
using TransferLearning.Data;

namespace TransferLearning.Tests.Support;

/// <summary>Small drawn images of three classes that a small network tells apart within a few epochs: mostly red, green and blue ones.</summary>
internal static class ToyImages
{
    public static IReadOnlyList<string> Classes { get; } = ["blue", "green", "red"];

    public static DatasetSplit Split(int trainingEach = 8, int validationEach = 4) =>
        new(Source(trainingEach, seed: 1), Source(validationEach, seed: 2));

    public static InMemoryDataset Source(int each, int seed) => new(Images(each, seed), Classes);

    /// <summary>Some whole images, and one more, "torn.png", of which half is missing.</summary>
    public static InMemoryDataset WithABrokenOne(int whole = 9)
    {
        byte[] torn = Encoded(classIndex: 0, new Random(1));
        return new InMemoryDataset(
        [
            .. Enumerable.Range(0, whole).Select(index => new LabeledImage(Encoded(index % 3, new Random(index)), Classes[index % 3])),
            new LabeledImage(torn[..(torn.Length / 2)], "blue", "torn.png"),
        ]);
    }

    public static byte[] Encoded(int classIndex, Random random, int side = 24)
    {
        using var image = new SKBitmap(side, side);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int[] channels = [random.Next(120), random.Next(120), random.Next(120)];
                channels[2 - classIndex] += 80;
                image.SetPixel(x, y, new SKColor((byte)channels[0], (byte)channels[1], (byte)channels[2]));
            }
        }
        using SKData data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static IEnumerable<LabeledImage> Images(int each, int seed)
    {
        var random = new Random(seed);
        for (int index = 0; index < each * Classes.Count; index++)
        {
            int classIndex = index % Classes.Count;
            yield return new LabeledImage(Encoded(classIndex, random), Classes[classIndex], $"{Classes[classIndex]}-{index}.png");
        }
    }
}
