using System.Collections.Concurrent;
using TransferLearning.Imaging;

namespace TransferLearning.Batching;

/// <summary>
/// Keeps images until a budget is used up. Nothing is given up for another: each epoch goes through all samples, so
/// whatever was used longest ago is needed next. Used by several threads at once; what is kept is never changed.
/// </summary>
internal sealed class ImageCache(long budget)
{
    private readonly ConcurrentDictionary<int, PixelBuffer> _images = [];
    private long _used;

    /// <summary>The bytes of all kept images.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <returns>The kept image of a sample, which belongs to the cache; null where there is none.</returns>
    public PixelBuffer? Find(int index) => _images.GetValueOrDefault(index);

    public bool HasRoomFor(int width, int height) => PixelBuffer.BytesOf(width, height) <= budget - Used;

    /// <summary>Keeps a copy, where there is room and none is kept already.</summary>
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
