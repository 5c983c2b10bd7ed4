using System.Buffers;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one key. Any thread may read and add; nothing that happens to the disk ends the fit.</summary>
internal sealed class FeatureShelf : IDisposable
{
    private readonly ShelfFolder? _folder;
    private readonly FeatureKey _key;
    private readonly StoreBound _bound;
    private readonly Action<string> _report;
    private readonly ShelfRecords _records;
    private readonly Lock _adding = new();
    private bool _saidRefused;
    private bool _saidTooLarge;
    private bool _saidUnwritable;
    private bool _saidTooSmall;
    private bool _mergingFailed;

    /// <summary>A shelf without volumes; <see cref="FeatureStore.Open"/> makes one with those of its folder. Without a folder it keeps everything in memory.</summary>
    public FeatureShelf(ShelfFolder? folder, FeatureKey key, StoreBound bound, Action<string> report)
    {
        _folder = folder;
        _key = key;
        _bound = bound;
        _report = report;
        _records = new ShelfRecords(Lose);
    }

    /// <summary>Takes over a volume that is on the disk.</summary>
    public void TakeIn(FileVolume volume) => _records.Add(volume);

    /// <summary>Whether a view's features are here; reading them may still find them damaged.</summary>
    public bool Contains(ImageHash image, int view) => _records.Contains(new ImageView(image, view));

    /// <summary>
    /// Reads a view's features, rounded to half precision, into a place for as many numbers as the key says; false, and the
    /// place unchanged, where they are absent or damaged.
    /// </summary>
    public bool TryRead(ImageHash image, int view, Span<float> destination)
    {
        RequireLength(destination.Length);
        int bytes = destination.Length * VolumeLayout.FeatureBytes;
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> record = rented.AsSpan(0, bytes);
            if (!_records.TryRead(new ImageView(image, view), record))
                return false;
            HalfEncoding.Decode(record, destination);
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
            MemoryVolume added = Encode(records);
            if (added.Entries.Count == 0)
                return;

            FileVolume? written = _folder is not null && FitsTheBound(added) ? TryWrite([.. RecordLocation.AllOf(added)]) : null;
            _records.Add(written ?? (IVolume)added);
            if (written is null)
                return;

            FileVolume newest = MergeSmallVolumes(written);
            KeepWithinBound(newest);
        }
    }

    /// <summary>Closes the files; what could only be kept in memory is gone.</summary>
    public void Dispose() => _records.Dispose();

    private MemoryVolume Encode(IReadOnlyList<FeatureRecord> records)
    {
        var encoded = new MemoryVolume();
        var seen = new HashSet<ImageView>();
        foreach (FeatureRecord record in records)
        {
            if (seen.Add(record.Id) && !_records.Contains(record.Id) && !encoded.TryAdd(record))
                Say(ref _saidRefused, $"Features of the image {record.Image} are beyond half precision's 65504 or NaN; such features are not kept, but computed each time.");
        }
        return encoded;
    }

    private bool FitsTheBound(MemoryVolume added)
    {
        long bytes = VolumeLayout.FileBytes(_key.Utf8().Length, _key.FeaturesPerImage, added.Entries.Count);
        if (bytes <= _bound.MaximumBytes)
            return true;
        Say(ref _saidTooLarge, $"{bytes} bytes of features added at once are more than the {_bound.MaximumBytes} that the store may take; they are kept in memory only.");
        return false;
    }

    private FileVolume? TryWrite(IReadOnlyList<RecordLocation> records)
    {
        try
        {
            return _folder!.Write(records);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or VolumeFormatException)
        {
            Say(ref _saidUnwritable, $"Features cannot be written to '{_folder!.FullPath}', and stay in memory, or in small files: {failure.Message}");
            return null;
        }
    }

    /// <returns>The volume that holds what was added last.</returns>
    private FileVolume MergeSmallVolumes(FileVolume newest)
    {
        // Where it failed once, on a full disk say, it would be tried in vain at every addition.
        while (!_mergingFailed && VolumeTiers.ToMerge(_records.Files(), _bound.MaximumBytes) is IReadOnlyList<FileVolume> small)
        {
            IReadOnlyList<RecordLocation> records = _records.In(small);
            if (records.Count == 0)
            {
                _records.Drop(small);
            }
            else if (TryWrite(records) is FileVolume merged)
            {
                _records.Replace(small, merged);
                newest = small.Contains(newest) ? merged : newest;
            }
            else
            {
                _mergingFailed = true;
                break;
            }

            foreach (FileVolume volume in small)
                StoreFiles.TryDelete(volume.Path);
        }
        return newest;
    }

    private void KeepWithinBound(FileVolume newest)
    {
        IReadOnlySet<string> deleted = _bound.Enforce(newest.Path);
        if (deleted.Count == 0)
            return;

        // Open, a deleted file would go on taking its space.
        _records.Drop([.. _records.Files().Where(volume => deleted.Contains(volume.Path))]);
        Say(ref _saidTooSmall, $"The features in '{_folder!.FullPath}' alone take more than the {_bound.MaximumBytes} bytes that the store may; the oldest are deleted, and computed again.");
    }

    private void Lose(IVolume volume, Exception failure)
    {
        string path = ((FileVolume)volume).Path;
        // A disk that does not give a file now may give it later; what is damaged stays damaged.
        if (failure is VolumeFormatException)
        {
            StoreFiles.TryDelete(path);
            _report($"The file '{path}' {failure.Message}; it is deleted, and its features are computed again.");
        }
        else
        {
            _report($"The features in '{path}' cannot be read, and are computed again: {failure.Message}");
        }
    }

    private void RequireLength(int length)
    {
        if (length != _key.FeaturesPerImage)
            throw new ArgumentException($"{length} features were given; this shelf keeps {_key.FeaturesPerImage} an image.");
    }

    private void Say(ref bool said, string sentence)
    {
        if (!said)
            _report(sentence);
        said = true;
    }
}
