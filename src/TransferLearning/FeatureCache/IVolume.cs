namespace TransferLearning.FeatureCache;

/// <summary>Records that were added together, on the disk or, where they could not be written, in memory.</summary>
internal interface IVolume : IDisposable
{
    /// <summary>What it holds, in the order of the records.</summary>
    IReadOnlyList<VolumeEntry> Entries { get; }

    /// <summary>Reads a record's bytes as they are, its checksum not verified. Safe from several threads.</summary>
    /// <exception cref="VolumeFormatException">The file ends before the record does.</exception>
    /// <exception cref="IOException">The disk does not give them.</exception>
    void Read(int record, Span<byte> destination);
}
