using SkiaSharp;
using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>Subsets of Tiny-ImageNet, whose images are tiles of a mosaic for each class: <c>train/WNID.webp</c>, <c>val/WNID.webp</c>, <c>classes.tsv</c>.</summary>
internal static class TinyImageNet
{
    private const int Side = 64;

    /// <summary>Images of some classes; which classes and which images depend on the seed.</summary>
    /// <param name="folder">Where the mosaics are.</param>
    /// <param name="classes">How many classes; at most 200.</param>
    /// <param name="each">How many training images of each; at most 350.</param>
    /// <param name="seed">The draw.</param>
    /// <returns>The images to learn from, and all 50 validation images of each class.</returns>
    public static DatasetSplit Draw(string folder, int classes, int each, int seed)
    {
        var random = new Random(seed);
        string[] names = [.. File.ReadLines(Path.Combine(folder, "classes.tsv")).Where(line => line.Length > 0).Select(line => line.Split('\t')[0])];
        if (classes < 2 || classes > names.Length)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"The folder has {names.Length} classes.");
        random.Shuffle(names);
        string[] chosen = [.. names.Take(classes).Order(StringComparer.Ordinal)];
        List<LabeledImage> training = [], validation = [];
        foreach (string name in chosen)
        {
            training.AddRange(Tiles(Path.Combine(folder, "train", $"{name}.webp"), name, each, random));
            validation.AddRange(Tiles(Path.Combine(folder, "val", $"{name}.webp"), name, count: null, random));
        }
        return new DatasetSplit(new InMemoryDataset(training, chosen), new InMemoryDataset(validation, chosen));
    }

    private static IEnumerable<LabeledImage> Tiles(string file, string name, int? count, Random random)
    {
        using SKBitmap mosaic = SKBitmap.Decode(file) ?? throw new InvalidDataException($"{file} is not an image.");
        int columns = mosaic.Width / Side;
        int[] tiles = [.. Enumerable.Range(0, columns * (mosaic.Height / Side))];
        if (count > tiles.Length)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{file} has {tiles.Length} images.");
        random.Shuffle(tiles);
        foreach (int tile in tiles.Take(count ?? tiles.Length))
        {
            using var image = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using (var canvas = new SKCanvas(image))
                canvas.DrawBitmap(mosaic, -(tile % columns) * Side, -(tile / columns) * Side);
            using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
            yield return new LabeledImage(png.ToArray(), name, $"{name}-{tile}");
        }
    }
}
