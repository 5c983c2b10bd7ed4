using System.Collections.Concurrent;
using TransferLearning.Imaging;

namespace TransferLearning.Batching;

/// <summary>
/// Caches images until a budget is used up. Nothing is evicted: each epoch uses all samples, so the least recently used
/// image is the one needed next. Thread-safe; cached images are never changed.
/// </summary>
internal sealed class ImageCache(long budget)
{
    private readonly ConcurrentDictionary<int, PixelBuffer> _images = [];
    private long _used;

    /// <summary>The size of all cached images in bytes.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <returns>The cached image of a sample, owned by the cache; null if there is none.</returns>
    public PixelBuffer? Find(int index) => _images.GetValueOrDefault(index);

    public bool HasRoomFor(int width, int height) => PixelBuffer.BytesOf(width, height) <= budget - Used;

    /// <summary>Caches a copy if there is room and the image is not cached yet.</summary>
    public void Keep(int index, PixelBuffer image)
    {
        long bytes = PixelBuffer.BytesOf(image.Width, image.Height);
        if (TryReserve(bytes) && !_images.TryAdd(index, image.Copy()))
            Interlocked.Add(ref _used, -bytes);
    }

    private bool TryReserve(long bytes)
    {
        long used = Used;
        while (bytes <= budget - used)
        {
            long found = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (found == used)
                return true;
            used = found;
        }
        return false;
    }
}
