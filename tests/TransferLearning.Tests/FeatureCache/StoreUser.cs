using System.Globalization;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>Opens, reads, adds and closes shelves of a store that is too small for them, as others do at the same time.</summary>
internal sealed class StoreUser(string directory, int seed)
{
    public const long Bound = 1 << 20;

    private const int Features = 512;
    private const int Images = 120;
    private const int Rounds = 30;
    private const int Shelves = 10;
    private const int AddedAtOnce = 16;

    private readonly List<string> _complaints = [];

    public static IEnumerable<FeatureKey> Keys => Enumerable.Range(0, Shelves).Select(Key);

    /// <summary>What went wrong: values that are none of those added, and what the store reports.</summary>
    public IReadOnlyList<string> Use()
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            // Of 130 kB each: eight fit, ten do not; and one fits as often as there are users who add to it at once.
            var store = new FeatureStore(new FeatureStoreOptions { Directory = directory, MaximumBytes = Bound }, Report);
            using FeatureShelf shelf = store.Open(Key(random.Next(Shelves)));
            int[] order = [.. Enumerable.Range(0, Images)];
            random.Shuffle(order);
            foreach (int[] batch in order.Chunk(AddedAtOnce))
            {
                int[] absent = [.. batch.Where(image => !IsRightlyRead(shelf, image))];
                shelf.Add([.. absent.Select(image => StoreFolder.Record(image, 0, Features))]);
                if (!absent.All(image => IsRightlyRead(shelf, image)))
                    _complaints.Add("Features just added were absent.");
            }
        }
        return _complaints;
    }

    private static FeatureKey Key(int shelf) => StoreFolder.Key(Features, string.Create(CultureInfo.InvariantCulture, $"shelf {shelf}"));

    private bool IsRightlyRead(FeatureShelf shelf, int image)
    {
        float[]? read = StoreFolder.Read(shelf, image, 0, Features);
        if (read is not null && !read.SequenceEqual(StoreFolder.Values(image, 0, Features)))
            _complaints.Add($"Image {image} was read as other values than were added.");
        return read is not null;
    }

    private void Report(string sentence)
    {
        lock (_complaints)
            _complaints.Add(sentence);
    }
}
