using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning.FeatureCache;

/// <summary>An open volume on disk: its index in memory, its records read on demand. Thread-safe.</summary>
/// <remarks>
/// Records are read, not memory-mapped: if a mapped file is truncated or its disk fails, the process dies, and Windows
/// does not delete a mapped file. Other processes may delete the file; an open file stays readable.
/// </remarks>
internal sealed class FileVolume : IDisposable
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
        _entries = ReadIndex(file, text, key.FeaturesPerImage);
        _firstRecordAt = VolumeLayout.FirstRecordAt(text.Length, _entries.Length);
        _recordBytes = key.FeaturesPerImage * VolumeLayout.FeatureBytes;
    }

    public string Path { get; }

    /// <summary>The index, in the order of the records.</summary>
    public IReadOnlyList<VolumeEntry> Entries => _entries;

    /// <summary>Whether records were read, or written, since it was opened.</summary>
    public bool IsInUse { get; set; }

    /// <summary>The size of the file in bytes.</summary>
    public long Length => _firstRecordAt + (long)_recordBytes * _entries.Length;

    /// <summary>Opens a volume and verifies everything except the records.</summary>
    /// <exception cref="VolumeFormatException">The file is incomplete, altered, or has another key.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static FileVolume Open(string path, FeatureKey key)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw new VolumeFormatException("is empty or no regular file"); // opening a pipe would wait for its writer

        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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

    /// <summary>Writes a volume as <see cref="VolumeLayout"/> describes it.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="key">The key of the features.</param>
    /// <param name="entries">The index.</param>
    /// <param name="records">The records' bytes in the order of the index; each is written before the next is enumerated.</param>
    public static void Write(Stream stream, FeatureKey key, IReadOnlyCollection<VolumeEntry> entries, IEnumerable<byte[]> records)
    {
        byte[] text = key.Utf8();
        byte[] header = new byte[VolumeLayout.DigestAt(text.Length, entries.Count)];
        using (var writer = new BinaryWriter(new MemoryStream(header))) // little-endian
        {
            writer.Write(VolumeLayout.Magic);
            writer.Write(VolumeLayout.Version);
            writer.Write(text.Length);
            writer.Write(key.FeaturesPerImage);
            writer.Write(entries.Count);
            writer.Write(text);
            foreach (VolumeEntry entry in entries)
                entry.Write(writer);
        }

        stream.Write(header);
        stream.Write(SHA256.HashData(header));
        foreach (byte[] record in records)
            stream.Write(record);
    }

    /// <summary>Reads a record's bytes and verifies them.</summary>
    /// <exception cref="VolumeFormatException">The record does not match its checksum.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(int record, Span<byte> destination)
    {
        IsInUse = true;
        ReadUnverified(record, destination);
        if (EncodedRecord.Checksum(destination) != _entries[record].Checksum)
            throw new VolumeFormatException($"has a record, number {record}, that does not match its checksum");
    }

    /// <summary>Reads a record's bytes without verification. Copied together with its entry's checksum, a damaged record stays detectable.</summary>
    /// <exception cref="VolumeFormatException">The file ends before the record does.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadUnverified(int record, Span<byte> destination) =>
        ReadExactly(_file, destination[.._recordBytes], _firstRecordAt + (long)_recordBytes * record);

    public void Dispose() => _file.Dispose();

    private static VolumeEntry[] ReadIndex(SafeFileHandle file, ReadOnlySpan<byte> key, int features)
    {
        int records = ReadCount(file, key.Length, features);

        byte[] bytes = new byte[VolumeLayout.FirstRecordAt(key.Length, records)];
        ReadExactly(file, bytes, 0);
        Span<byte> covered = bytes.AsSpan(..^VolumeLayout.DigestBytes);
        if (!SHA256.HashData(covered).AsSpan().SequenceEqual(bytes.AsSpan(^VolumeLayout.DigestBytes..)))
            throw new VolumeFormatException("does not match its own checksum");
        if (!covered.Slice(VolumeLayout.KeyAt, key.Length).SequenceEqual(key))
            throw new VolumeFormatException("has features of another key");

        var entries = new VolumeEntry[records];
        ReadOnlySpan<byte> index = covered[(VolumeLayout.KeyAt + key.Length)..];
        for (int i = 0; i < records; i++)
            entries[i] = VolumeEntry.Read(index[(i * VolumeLayout.EntryBytes)..]);
        return entries;
    }

    // The size of the index is checked against the key and the file's length before memory is allocated.
    private static int ReadCount(SafeFileHandle file, int keyBytes, int features)
    {
        Span<byte> start = stackalloc byte[VolumeLayout.KeyAt];
        ReadExactly(file, start, 0);
        if (!start.StartsWith(VolumeLayout.Magic))
            throw new VolumeFormatException("does not start like a file of stored features");
        if (BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.VersionAt..]) is var version and not VolumeLayout.Version)
            throw new VolumeFormatException($"has version {version}; this library reads {VolumeLayout.Version}");
        if (BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.KeyBytesAt..]) != keyBytes
            || BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.FeaturesAt..]) != features)
            throw new VolumeFormatException("has features of another key");

        int records = BinaryPrimitives.ReadInt32LittleEndian(start[VolumeLayout.RecordsAt..]);
        long length = RandomAccess.GetLength(file);
        if (records < 1 || VolumeLayout.FileBytes(keyBytes, features, records) != length)
            throw new VolumeFormatException($"has {length} bytes, which {records} records of {features} features do not fill");
        if (VolumeLayout.FirstRecordAt(keyBytes, records) > Array.MaxLength)
            throw new VolumeFormatException($"has {records} records, more than fit into memory");
        return records;
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
                throw new VolumeFormatException($"ends at byte {offset}, before its expected end");
            destination = destination[read..];
            offset += read;
        }
    }
}
