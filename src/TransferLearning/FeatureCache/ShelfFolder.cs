using System.Numerics;
using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>The volumes of one key, in a folder that other processes may change at the same time. Any thread may read while one adds.</summary>
internal sealed class ShelfFolder : IDisposable
{
    private readonly string _path;
    private readonly FeatureKey _key;
    private readonly StoreBound _bound;
    private readonly StoreReports _reports;
    private readonly ShelfRecords _records;
    private bool _isFull;
    private int _damages;

    // Null after a merge has failed: on a full disk, every addition would try again.
    private VolumeTiers? _tiers;

    /// <summary>Opens the existing volumes, and marks them as used.</summary>
    public ShelfFolder(string path, FeatureKey key, StoreBound bound, StoreReports reports)
    {
        (_path, _key, _bound, _reports) = (path, key, bound, reports);
        _records = new ShelfRecords((volume, failure) => Tell(volume.Path, failure));
        _tiers = new VolumeTiers(bound.MaximumBytes);
        foreach (string file in StoreFiles.In(path).Where(StoreFiles.IsVolume))
        {
            if (TryOpen(file) is FileVolume volume)
            {
                bound.TryMarkUsed(file);
                _records.Add(volume);
            }
        }
    }

    /// <inheritdoc cref="FeatureShelf.Damages"/>
    public int Damages => _damages;

    public bool Contains(ImageView id) => _records.Contains(id);

    /// <summary>Reads and verifies a record's bytes; false if it is absent or damaged.</summary>
    public bool TryRead(ImageView id, Span<byte> record) => _records.TryRead(id, record);

    /// <summary>Writes records as one volume, keeps the store within its limit, and merges small volumes; false if writing fails or there is no room.</summary>
    /// <remarks>What was written or read since this shelf was opened is not deleted for it: the next epoch would compute it again.</remarks>
    public bool TryAdd(IReadOnlyList<EncodedRecord> records)
    {
        if (_isFull || TryWrite([.. records.Select(record => record.Entry)], records.Select(record => record.Bytes)) is not FileVolume written)
            return false;

        _records.Add(written);
        if (!TryKeepWithinBound(volume => volume.IsInUse))
        {
            _isFull = true;
            _reports.TooSmall();
            StoreFiles.TryDelete(written.Path);
            _records.Drop([written]);
            TryKeepWithinBound(volume => false); // the limit may be lower than it was
            return false;
        }
        MergeSmallVolumes();
        return true;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _records.Dispose();

    // Null if writing failed, or if another process merged or deleted the volume immediately.
    private FileVolume? TryWrite(IReadOnlyCollection<VolumeEntry> entries, IEnumerable<byte[]> records)
    {
        string volume = Path.Combine(_path, StoreFiles.NewVolume());
        try
        {
            try
            {
                Write();
            }
            catch (DirectoryNotFoundException)
            {
                Write(); // another process deleted the new folder while it was empty
            }
            if (OpenIfPresent(volume) is not FileVolume written)
                return null;
            written.IsInUse = true;
            return written;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or VolumeFormatException)
        {
            _reports.Unwritable(failure.Message);
            return null;
        }

        void Write() => AtomicFile.Write(volume, stream => FileVolume.Write(stream, _key, entries, records));
    }

    private FileVolume? TryOpen(string volume)
    {
        try
        {
            return OpenIfPresent(volume);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or VolumeFormatException)
        {
            Tell(volume, failure);
            return null;
        }
    }

    // Null if another process merged or deleted it.
    private FileVolume? OpenIfPresent(string volume)
    {
        try
        {
            return FileVolume.Open(volume, _key);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void MergeSmallVolumes()
    {
        while (_tiers?.ToMerge(_records.Volumes) is IReadOnlyList<FileVolume> small)
        {
            IReadOnlyList<RecordLocation> records = _records.In(small);
            if (records.Count == 0)
            {
                _records.Drop(small);
            }
            else if (TryWrite([.. records.Select(record => record.Entry)], BytesOf(records)) is FileVolume merged)
            {
                _records.Replace(small, merged);
            }
            else
            {
                _tiers = null;
                break;
            }

            foreach (FileVolume volume in small)
                StoreFiles.TryDelete(volume.Path);
        }
    }

    private IEnumerable<byte[]> BytesOf(IReadOnlyList<RecordLocation> records)
    {
        byte[] bytes = new byte[_key.FeaturesPerImage * VolumeLayout.FeatureBytes];
        foreach (RecordLocation location in records)
        {
            location.Volume.ReadUnverified(location.Record, bytes);
            yield return bytes;
        }
    }

    private bool TryKeepWithinBound(Func<FileVolume, bool> isKept)
    {
        HashSet<string> kept = [.. _records.Volumes.Where(isKept).Select(volume => volume.Path)];
        (IReadOnlySet<string> deleted, bool fits) = _bound.Enforce(_path, kept.Contains);
        _records.Drop([.. _records.Volumes.Where(volume => deleted.Contains(volume.Path))]); // a deleted file takes disk space until it is closed
        return fits;
    }

    // An unreadable file may be readable later; a damaged file stays damaged.
    private void Tell(string volume, Exception failure)
    {
        Interlocked.Increment(ref _damages);
        if (failure is VolumeFormatException)
        {
            StoreFiles.TryDelete(volume);
            _reports.Damaged($"The file '{volume}' {failure.Message}; it is deleted and its features are recomputed.");
        }
        else
        {
            _reports.Damaged($"The features in '{volume}' cannot be read and are recomputed: {failure.Message}");
        }
    }
}

/// <summary>Chooses volumes to merge, so that a shelf filled batch by batch does not consist of thousands of open files.</summary>
/// <remarks>
/// A tier has the sizes within a factor of eight; eight volumes of one tier are merged into one of the next. So a record is
/// rewritten once per tier rather than at every merge, and at most seven volumes per tier remain.
/// </remarks>
internal sealed class VolumeTiers(long maximumBytes)
{
    public const int Merged = 8;

    private const int BitsPerTier = 3;
    private const long LargestMerge = 1L << 28;

    /// <summary>The volumes to merge, smallest first; null if there are few enough.</summary>
    /// <remarks>A merged volume takes at most an eighth of the store's size limit, because whole volumes are deleted.</remarks>
    public IReadOnlyList<FileVolume>? ToMerge(IReadOnlyList<FileVolume> volumes) => volumes
        .GroupBy(volume => BitOperations.Log2((ulong)volume.Length) / BitsPerTier)
        .OrderBy(tier => tier.Key)
        .Select(tier => tier.Take(Merged).ToList())
        .FirstOrDefault(tier => tier.Count == Merged && tier.Sum(volume => volume.Length) <= Math.Min(LargestMerge, maximumBytes / 8));
}
