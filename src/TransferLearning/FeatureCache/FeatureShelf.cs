using System.Buffers;
using System.Collections.Concurrent;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one key. Thread-safe. Disk errors do not end the fit.</summary>
/// <param name="key">What the features depend on besides the image.</param>
/// <param name="folder">Its files; null stores everything in memory. Owned.</param>
/// <param name="report">Receives a message for the log when features cannot be stored.</param>
internal sealed class FeatureShelf(FeatureKey key, ShelfFolder? folder, Action<string> report) : IDisposable
{
    private readonly ConcurrentDictionary<ImageView, byte[]> _inMemory = [];
    private readonly Once _refused = new(report);
    private readonly Lock _adding = new();

    /// <summary>Whether a view's features are present; reading may still find them damaged.</summary>
    public bool Contains(ImageView id) => _inMemory.ContainsKey(id) || folder?.Contains(id) == true;

    /// <summary>
    /// Reads a view's features, rounded to float16; the length of <paramref name="destination"/> is the key's number of features.
    /// False if they are absent or damaged; the destination is not changed then.
    /// </summary>
    public bool TryRead(ImageView id, Span<float> destination)
    {
        RequireLength(destination.Length);
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

    /// <summary>Stores features, as one file if it can be written and otherwise in memory; features already present are not changed.</summary>
    /// <remarks>Features that float16 cannot represent are not stored: other numbers would be read back.</remarks>
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

    /// <summary>Closes the files; features stored in memory are lost.</summary>
    public void Dispose() => folder?.Dispose();

    private EncodedRecord? Encode(FeatureRecord record)
    {
        EncodedRecord? encoded = record.Encode();
        if (encoded is null)
        {
            _refused.Report(
                $"Features of the image {record.Image} are NaN or above the float16 maximum of 65504; such features are not stored, but computed each time.");
        }
        return encoded;
    }

    private void RequireLength(int length)
    {
        if (length != key.FeaturesPerImage)
            throw new ArgumentException($"{length} features were given; this shelf stores {key.FeaturesPerImage} per image.");
    }
}

/// <summary>Reports only the first of several messages. Thread-safe.</summary>
internal sealed class Once(Action<string> report)
{
    private Action<string>? _report = report;

    public void Report(string sentence) => Interlocked.Exchange(ref _report, null)?.Invoke(sentence);
}
