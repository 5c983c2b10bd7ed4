namespace TransferLearning.FeatureCache;

/// <summary>Records in memory, encoded: on their way to the disk, or kept here because they cannot get there.</summary>
internal sealed class MemoryVolume : IVolume
{
    private readonly List<VolumeEntry> _entries = [];
    private readonly List<byte[]> _records = [];

    public IReadOnlyList<VolumeEntry> Entries => _entries;

    /// <summary>Encodes values and takes them in; false where they do not fit half precision.</summary>
    public bool TryAdd(FeatureRecord record)
    {
        byte[] encoded = new byte[record.Values.Length * VolumeLayout.FeatureBytes];
        if (!HalfEncoding.TryEncode(record.Values.Span, encoded))
            return false;
        _entries.Add(new VolumeEntry(record.Id, RecordChecksum.Of(encoded)));
        _records.Add(encoded);
        return true;
    }

    public void Read(int record, Span<byte> destination) => _records[record].CopyTo(destination);

    public void Dispose()
    {
    }
}
