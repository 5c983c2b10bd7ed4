using System.Buffers;
using System.Collections.Concurrent;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one key. Any thread may read and add; nothing that happens to the disk ends the fit.</summary>
/// <param name="key">What the features depend on besides the image.</param>
/// <param name="folder">Its files; null keeps everything in memory. Owned.</param>
/// <param name="report">Given a sentence for the log where features cannot be kept.</param>
internal sealed class FeatureShelf(FeatureKey key, ShelfFolder? folder, Action<string> report) : IDisposable
{
    private readonly ConcurrentDictionary<ImageView, byte[]> _inMemory = [];
    private readonly Once _refused = new(report);
    private readonly Lock _adding = new();

    /// <summary>Whether a view's features are here; reading them may still find them damaged.</summary>
    public bool Contains(ImageHash image, int view) => Contains(new ImageView(image, view));

    /// <summary>
    /// Reads a view's features, rounded to half precision, into a place for as many numbers as the key says; false, and the
    /// place unchanged, where they are absent or damaged.
    /// </summary>
    public bool TryRead(ImageHash image, int view, Span<float> destination)
    {
        RequireLength(destination.Length);
        var id = new ImageView(image, view);
        if (_inMemory.TryGetValue(id, out byte[]? kept))
        {
            EncodedRecord.Decode(kept, destination);
            return true;
        }
        if (folder is null)
            return false;

        int bytes = destination.Length * VolumeLayout.FeatureBytes;
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> record = rented.AsSpan(0, bytes);
            if (!folder.TryRead(id, record))
                return false;
            EncodedRecord.Decode(record, destination);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Keeps features, as one file where the disk takes it and in memory where not; what is here already stays as it is.</summary>
    /// <remarks>Features that half precision cannot hold are not kept: they would come back as other numbers.</remarks>
    public void Add(IReadOnlyList<FeatureRecord> records)
    {
        foreach (FeatureRecord record in records)
            RequireLength(record.Values.Length);

        lock (_adding)
        {
            IEnumerable<FeatureRecord> missing = records.DistinctBy(record => record.Id).Where(record => !Contains(record.Id));
            EncodedRecord[] added = [.. missing.Select(Encode).OfType<EncodedRecord>()];
            if (added.Length == 0 || folder?.TryAdd(added) == true)
                return;
            foreach (EncodedRecord record in added)
                _inMemory[record.Entry.Id] = record.Bytes;
        }
    }

    /// <summary>Closes the files; what could only be kept in memory is gone.</summary>
    public void Dispose() => folder?.Dispose();

    private bool Contains(ImageView id) => _inMemory.ContainsKey(id) || folder?.Contains(id) == true;

    private EncodedRecord? Encode(FeatureRecord record)
    {
        EncodedRecord? encoded = record.Encode();
        if (encoded is null)
        {
            _refused.Report(
                $"Features of the image {record.Image} are beyond half precision's 65504 or NaN; such features are not kept, but computed each time.");
        }
        return encoded;
    }

    private void RequireLength(int length)
    {
        if (length != key.FeaturesPerImage)
            throw new ArgumentException($"{length} features were given; this shelf keeps {key.FeaturesPerImage} an image.");
    }
}

/// <summary>Reports the first of several sentences of a kind; safe on any thread.</summary>
internal sealed class Once(Action<string> report)
{
    private Action<string>? _report = report;

    public void Report(string sentence) => Interlocked.Exchange(ref _report, null)?.Invoke(sentence);
}
