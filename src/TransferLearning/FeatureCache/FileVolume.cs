using Microsoft.Win32.SafeHandles;

namespace TransferLearning.FeatureCache;

/// <summary>A volume on the disk, opened: its index in memory, its records read when they are asked for.</summary>
/// <remarks>
/// Records are read, not mapped into memory: where a mapped file is cut short or its disk fails, the process dies, and
/// Windows lets nobody delete a mapped file. Other processes may delete the file; what is open stays readable.
/// </remarks>
internal sealed class FileVolume : IVolume
{
    private readonly SafeFileHandle _file;
    private readonly VolumeEntry[] _entries;
    private readonly long _firstRecordAt;
    private readonly int _recordBytes;

    private FileVolume(string path, SafeFileHandle file, FeatureKey key)
    {
        Path = path;
        _file = file;
        byte[] text = key.Utf8();
        _entries = VolumeIndex.Read(file, text, key.FeaturesPerImage);
        _firstRecordAt = VolumeLayout.FirstRecordAt(text.Length, _entries.Length);
        _recordBytes = key.FeaturesPerImage * VolumeLayout.FeatureBytes;
    }

    public string Path { get; }

    public IReadOnlyList<VolumeEntry> Entries => _entries;

    /// <summary>Bytes of the whole file.</summary>
    public long Length => _firstRecordAt + (long)_recordBytes * _entries.Length;

    /// <summary>Opens a volume and checks all of it but the records.</summary>
    /// <exception cref="VolumeFormatException">The file is torn, altered, or holds features of something else.</exception>
    /// <exception cref="IOException">The file is gone or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileVolume Open(string path, FeatureKey key)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new FileVolume(path, file, key);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Read(int record, Span<byte> destination) =>
        VolumeIndex.ReadExactly(_file, destination[.._recordBytes], _firstRecordAt + (long)_recordBytes * record);

    public void Dispose() => _file.Dispose();
}
