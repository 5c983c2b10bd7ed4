using System.Collections.Concurrent;
using TransferLearning.Imaging;

namespace TransferLearning.Batching;

/// <summary>Caches images until a budget is used up. Nothing is evicted: each epoch uses all samples, so the least recently used image is the one needed
/// next. Thread-safe; cached images are never changed.</summary>
internal sealed class ImageCache(long budget)
{
    private readonly ConcurrentDictionary<int, PixelBuffer> _images = [];
    private readonly Lock _keeping = new();
    private long _used;

    /// <summary>The size of all cached images in bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <returns>The cached image of a sample, owned by the cache; null if there is none.</returns>
    public PixelBuffer? Find(int index) => _images.GetValueOrDefault(index);

    public bool HasRoomFor(int width, int height) => PixelBuffer.BytesOf(width, height) <= budget - Used;

    /// <summary>Caches a copy if there is room and the image is not cached yet.</summary>
    public void Keep(int index, PixelBuffer image)
    {
        lock (_keeping)
        {
            if (HasRoomFor(image.Width, image.Height) && !_images.ContainsKey(index))
            {
                _images[index] = image.Copy();
                _used += PixelBuffer.BytesOf(image.Width, image.Height);
            }
        }
    }
}
