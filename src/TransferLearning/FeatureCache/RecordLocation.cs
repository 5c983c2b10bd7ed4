namespace TransferLearning.FeatureCache;

/// <summary>Where a record lies.</summary>
internal readonly record struct RecordLocation(IVolume Volume, int Record)
{
    /// <summary>Every record of a volume, in their order.</summary>
    public static IEnumerable<RecordLocation> AllOf(IVolume volume)
    {
        for (int record = 0; record < volume.Entries.Count; record++)
            yield return new RecordLocation(volume, record);
    }

    public VolumeEntry Entry => Volume.Entries[Record];

    /// <summary>Reads the record's bytes and verifies them.</summary>
    /// <exception cref="VolumeFormatException">They are not the bytes that were written.</exception>
    /// <exception cref="IOException">The disk does not give them.</exception>
    public void Read(Span<byte> destination)
    {
        Volume.Read(Record, destination);
        if (RecordChecksum.Of(destination) != Entry.Checksum)
            throw new VolumeFormatException($"has a record, number {Record}, that does not match its checksum");
    }
}
