using System.Collections.Concurrent;
using TransferLearning.FeatureCache;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>A store in a folder of its own, its features made from their numbers, and what it reports.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.File("store");

    public ConcurrentQueue<string> Reports { get; } = [];

    public static FeatureKey Key(int features = 4, string boundary = "avgpool") => new()
    {
        Network = "resnet18",
        WeightsHash = "f37072fd",
        PreprocessingFingerprint = "resize 256, crop 224",
        Reader = "skia 3.119",
        NumberFormat = "float32",
        Boundary = boundary,
        FeaturesPerImage = features,
    };

    public static ImageHash Image(int number) => ImageHash.Of(BitConverter.GetBytes(number));

    /// <summary>Values that half precision holds exactly, and that tell every image, view and place apart.</summary>
    public static float[] Values(int image, int view, int features) =>
        [.. Enumerable.Range(0, features).Select(i => ((image * 7) + (view * 31) + (i * 3)) % 2048 * 0.125f)];

    public static FeatureRecord Record(int image, int view = 0, int features = 4) => new(Image(image), view, Values(image, view, features));

    public static FeatureRecord[] Records(int first, int count, int features = 4) =>
        [.. Enumerable.Range(first, count).Select(image => Record(image, 0, features))];

    public FeatureStore Store(long maximumBytes = 1L << 30, TimeProvider? clock = null) =>
        new(new FeatureStoreOptions { Directory = Root, MaximumBytes = maximumBytes }, Reports.Enqueue, clock);

    /// <summary>What the shelf gives for an image; null where it is absent.</summary>
    public static float[]? Read(FeatureShelf shelf, int image, int view = 0, int features = 4)
    {
        float[] values = new float[features];
        return shelf.TryRead(new(Image(image), view), values) ? values : null;
    }

    /// <summary>Adds one volume and closes the shelf; its file.</summary>
    public string Fill(FeatureKey key, IReadOnlyList<FeatureRecord> records)
    {
        HashSet<string> before = [.. Volumes(key)];
        using FeatureShelf shelf = Store().Open(key);
        shelf.Add(records);
        return Volumes(key).Single(path => !before.Contains(path));
    }

    public string Shelf(FeatureKey key) => Path.Combine(Root, key.Hash());

    public string[] Volumes(FeatureKey key) => Directory.Exists(Shelf(key)) ? Directory.GetFiles(Shelf(key), "*.features") : [];

    public long BytesOfAllVolumes() => Directory.GetFiles(Root, "*.features", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);

    public void Dispose() => _folder.Dispose();
}
