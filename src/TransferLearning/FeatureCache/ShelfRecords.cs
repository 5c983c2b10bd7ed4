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
    // Held while a record is read, so that its volume is not closed meanwhile.
    private readonly Lock _lock = new();
    private readonly Dictionary<ImageView, RecordLocation> _locations = [];
    private readonly List<FileVolume> _volumes = [];

    public IReadOnlyList<FileVolume> Volumes
    {
        get
        {
            lock (_lock)
                return [.. _volumes];
        }
    }

    public bool Contains(ImageView id)
    {
        lock (_lock)
            return _locations.ContainsKey(id);
    }

    /// <summary>The records that are read from these volumes, rather than from others that hold them too.</summary>
    public IReadOnlyList<RecordLocation> In(IReadOnlyList<FileVolume> volumes)
    {
        lock (_lock)
            return [.. volumes.SelectMany(RecordLocation.AllOf).Where(IsCurrent)];
    }

    /// <summary>Reads and verifies a record's bytes; false if it is absent or damaged.</summary>
    public bool TryRead(ImageView id, Span<byte> record)
    {
        RecordLocation location;
        Exception failure;
        lock (_lock)
        {
            if (!_locations.TryGetValue(id, out location))
                return false;
            try
            {
                location.Volume.Read(location.Record, record);
                return true;
            }
            catch (Exception reason) when (reason is VolumeFormatException or IOException or UnauthorizedAccessException)
            {
                failure = reason;
                Close(location.Volume);
            }
        }
        lost(location.Volume, failure);
        return false;
    }

    /// <summary>Adds a volume, which is owned. Records already present are still read from their volume.</summary>
    public void Add(FileVolume volume) => Replace([], volume);

    /// <summary>Replaces several volumes by one with their records, and closes them.</summary>
    public void Replace(IReadOnlyList<FileVolume> several, FileVolume one)
    {
        lock (_lock)
        {
            Drop(several);
            _volumes.Add(one);
            foreach (RecordLocation location in RecordLocation.AllOf(one))
                _locations.TryAdd(location.Entry.Id, location);
        }
    }

    /// <summary>Closes volumes and removes their records.</summary>
    public void Drop(IReadOnlyList<FileVolume> volumes)
    {
        lock (_lock)
        {
            foreach (FileVolume volume in volumes)
                Close(volume);
        }
    }

    public void Dispose() => _volumes.ForEach(volume => volume.Dispose());

    private void Close(FileVolume volume)
    {
        foreach (RecordLocation location in RecordLocation.AllOf(volume).Where(IsCurrent))
            _locations.Remove(location.Entry.Id);
        _volumes.Remove(volume);
        volume.Dispose();
    }

    private bool IsCurrent(RecordLocation location) =>
        _locations.TryGetValue(location.Entry.Id, out RecordLocation current) && current == location;
}
