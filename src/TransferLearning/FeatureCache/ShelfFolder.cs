using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>The folder of one key's volumes, which other processes may fill and empty at the same time.</summary>
internal sealed class ShelfFolder(string path, FeatureKey key)
{
    public string FullPath => path;

    /// <summary>Writes records as a new volume and opens it; null where another process merged or deleted it at once.</summary>
    /// <exception cref="VolumeFormatException">A record's file, or the one just written, is not as it was written.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public FileVolume? Write(IReadOnlyList<RecordLocation> records)
    {
        string volume = Path.Combine(path, StoreFiles.NewVolume());
        try
        {
            AtomicFile.Write(volume, stream => VolumeWriter.Write(stream, key, records));
        }
        catch (DirectoryNotFoundException)
        {
            // Another process deleted the folder, empty as it was, after it was made and before a file was in it.
            AtomicFile.Write(volume, stream => VolumeWriter.Write(stream, key, records));
        }
        return Open(volume);
    }

    /// <summary>Opens a volume; null where another process merged or deleted it.</summary>
    /// <exception cref="VolumeFormatException">It is torn, altered, or holds features of something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FileVolume? Open(string volume)
    {
        try
        {
            return FileVolume.Open(volume, key);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
