namespace TransferLearning.FeatureCache;

/// <summary>The location of a record.</summary>
internal readonly record struct RecordLocation(FileVolume Volume, int Record)
{
    public VolumeEntry Entry => Volume.Entries[Record];

    /// <summary>All records of a volume, in order.</summary>
    public static IEnumerable<RecordLocation> AllOf(FileVolume volume) =>
        Enumerable.Range(0, volume.Entries.Count).Select(record => new RecordLocation(volume, record));
}

/// <summary>Which volume holds which record. Any thread may read while another adds or closes volumes.</summary>
/// <param name="lost">Called with a damaged or unreadable volume and the reason; it is not read again.</param>
internal sealed class ShelfRecords(Action<FileVolume, Exception> lost) : IDisposable
{
    // Held by readers, so that no volume is closed while it is read.
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<ImageView, RecordLocation> _locations = [];
    private readonly List<FileVolume> _volumes = [];

    public IReadOnlyList<FileVolume> Volumes => Reading(() => _volumes.ToList());

    public bool Contains(ImageView id) => Reading(() => _locations.ContainsKey(id));

    /// <summary>The records that are read from these volumes, rather than from others that hold them too.</summary>
    public IReadOnlyList<RecordLocation> In(IReadOnlyList<FileVolume> volumes) =>
        Reading(() => volumes.SelectMany(RecordLocation.AllOf).Where(IsCurrent).ToList());

    /// <summary>Reads and verifies a record's bytes; false if it is absent or damaged.</summary>
    public bool TryRead(ImageView id, Span<byte> record)
    {
        RecordLocation location = default;
        Exception failure;
        _lock.EnterReadLock();
        try
        {
            if (!_locations.TryGetValue(id, out location))
                return false;
            location.Volume.Read(location.Record, record);
            return true;
        }
        catch (Exception reason) when (reason is VolumeFormatException or IOException or UnauthorizedAccessException)
        {
            failure = reason;
        }
        finally
        {
            _lock.ExitReadLock();
        }

        // Only one of several threads reports it.
        bool known = false;
        Changing(() => known = Close(location.Volume));
        if (known)
            lost(location.Volume, failure);
        return false;
    }

    /// <summary>Adds a volume, which is owned. Records already present are still read from their volume.</summary>
    public void Add(FileVolume volume) => Replace([], volume);

    /// <summary>Replaces several volumes by one with their records, and closes them.</summary>
    public void Replace(IReadOnlyList<FileVolume> several, FileVolume one) => Changing(() =>
    {
        foreach (FileVolume volume in several)
            Close(volume);
        _volumes.Add(one);
        foreach (RecordLocation location in RecordLocation.AllOf(one))
            _locations.TryAdd(location.Entry.Id, location);
    });

    /// <summary>Closes volumes and removes their records.</summary>
    public void Drop(IReadOnlyList<FileVolume> volumes) => Changing(() =>
    {
        foreach (FileVolume volume in volumes)
            Close(volume);
    });

    public void Dispose()
    {
        foreach (FileVolume volume in _volumes)
            volume.Dispose();
        _lock.Dispose();
    }

    private bool Close(FileVolume volume)
    {
        foreach (RecordLocation location in RecordLocation.AllOf(volume).Where(IsCurrent))
            _locations.Remove(location.Entry.Id);
        volume.Dispose();
        return _volumes.Remove(volume);
    }

    private bool IsCurrent(RecordLocation location) =>
        _locations.TryGetValue(location.Entry.Id, out RecordLocation current) && current == location;

    private T Reading<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private void Changing(Action change)
    {
        _lock.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
