using System.Buffers;
using System.Collections.Concurrent;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one key. Thread-safe. Disk errors do not end the fit.</summary>
/// <param name="key">What the features depend on besides the image.</param>
/// <param name="folder">Its files; null stores everything in memory. Owned.</param>
/// <param name="maximumBytes">The limit of the files, and of the features that are held in memory because they cannot be written to files.</param>
/// <param name="reports">Receives a message for the log when features cannot be stored.</param>
internal sealed class FeatureShelf(FeatureKey key, ShelfFolder? folder, long maximumBytes, StoreReports reports) : IDisposable
{
    // Whole files are deleted to make room, so each is a small part of what may be stored.
    private const int LeastVolumes = 8;

    private readonly ConcurrentDictionary<ImageView, byte[]> _inMemory = [];
    private readonly int _recordBytes = key.FeaturesPerImage * VolumeLayout.FeatureBytes;
    private readonly Lock _adding = new();
    private long _bytesInMemory;

    /// <summary>Whether files and memory have no room left; nothing more is added then.</summary>
    public bool IsFull { get; private set; }

    /// <summary>How many files were found damaged or unreadable.</summary>
    public int Damages => folder?.Damages ?? 0;

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

        byte[] rented = ArrayPool<byte>.Shared.Rent(_recordBytes);
        try
        {
            Span<byte> record = rented.AsSpan(0, _recordBytes);
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

    /// <summary>Stores features in files where they can be written, else in memory, until it is full; features already present are not changed.</summary>
    /// <remarks>Features that float16 cannot represent are not stored: other numbers would be read back.</remarks>
    public void Add(IReadOnlyList<FeatureRecord> records)
    {
        foreach (FeatureRecord record in records)
            RequireLength(record.Values.Length);

        lock (_adding)
        {
            if (IsFull)
                return;
            IEnumerable<FeatureRecord> missing = records.DistinctBy(record => record.Id).Where(record => !Contains(record.Id));
            long atOnce = Math.Max(1, maximumBytes / LeastVolumes / _recordBytes);
            foreach (EncodedRecord[] added in missing.Select(Encode).OfType<EncodedRecord>().Chunk((int)Math.Min(atOnce, Array.MaxLength)))
            {
                if (folder?.TryAdd(added) != true)
                    KeepInMemory(added);
            }
        }
    }

    /// <summary>Closes the files; features stored in memory are lost.</summary>
    public void Dispose() => folder?.Dispose();

    private void KeepInMemory(EncodedRecord[] records)
    {
        int fitting = (int)Math.Min(records.Length, (maximumBytes - _bytesInMemory) / _recordBytes);
        foreach (EncodedRecord record in records.AsSpan(0, fitting))
            _inMemory[record.Entry.Id] = record.Bytes;
        _bytesInMemory += (long)fitting * _recordBytes;
        if (fitting == records.Length)
            return;
        IsFull = true;
        reports.TooSmall();
    }

    private EncodedRecord? Encode(FeatureRecord record)
    {
        EncodedRecord? encoded = record.Encode();
        if (encoded is null)
        {
            reports.Unstorable(
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

/// <summary>What a store reports to the log: every damaged file, but only the first of several shortages of one kind. Thread-safe.</summary>
internal sealed class StoreReports(Action<string> report, string root, long maximumBytes)
{
    private readonly Once _tooSmall = new(report);
    private readonly Once _unwritable = new(report);
    private readonly Once _unstorable = new(report);

    public void Damaged(string sentence) => report(sentence);

    public void TooSmall() => _tooSmall.Report(
        $"The features do not fit into the {maximumBytes} bytes that the store '{root}' may take. The others are kept in memory, up to as many bytes "
        + $"again, and beyond that computed again in every epoch. Raise {nameof(FeatureStoreOptions)}.{nameof(FeatureStoreOptions.MaximumBytes)}.");

    public void Unwritable(string reason) => _unwritable.Report($"Features cannot be written to '{root}' and are stored in memory or in small files: {reason}");

    public void Unstorable(string sentence) => _unstorable.Report(sentence);

    private sealed class Once(Action<string> report)
    {
        private Action<string>? _report = report;

        public void Report(string sentence) => Interlocked.Exchange(ref _report, null)?.Invoke(sentence);
    }
}
