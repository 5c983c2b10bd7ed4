using TransferLearning.Metrics;

namespace TransferLearning.Advice;

/// <summary>Measures how long an image takes, where images pass batch by batch.</summary>
/// <param name="time">The clock.</param>
internal sealed class Pace(TimeProvider time)
{
    private readonly List<double> _perImage = [];
    private readonly long _start = time.GetTimestamp();
    private long? _last;
    private int _images;

    /// <summary>Seconds per image: the median over batches but the first of each pass, which waits until some are read; if there is no other, over
    /// all.</summary>
    public double PerImage => _perImage.Count > 0
        ? Median.Of(_perImage)
        : time.GetElapsedTime(_start, _last ?? _start).TotalSeconds / Math.Max(1, _images);

    /// <summary>Notes that a batch has passed.</summary>
    public void Passed(int images)
    {
        long now = time.GetTimestamp();
        if (_last is long last)
            _perImage.Add(time.GetElapsedTime(last, now).TotalSeconds / images);
        _last = now;
        _images += images;
    }

    /// <summary>Begins another pass.</summary>
    public void Begin() => _last = null;
}
