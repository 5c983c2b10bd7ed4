namespace TransferLearning.Formats.PyTorch;

/// <summary>Where a storage's bytes lie.</summary>
/// <param name="ByteCount">How many there are; never more than the file holds.</param>
/// <param name="Open">A stream that stands before them, and belongs to the file's reader.</param>
internal sealed record StorageData(long ByteCount, Func<Stream> Open)
{
    /// <summary>A run of bytes of a file.</summary>
    /// <exception cref="InvalidDataException">The file ends before it.</exception>
    public static StorageData At(Stream file, long position, long byteCount)
    {
        if (byteCount > file.Length - position)
            throw new InvalidDataException($"a storage of {byteCount} bytes starts at byte {position}, and the file ends after {file.Length}; it is cut short");
        return new StorageData(byteCount, () =>
        {
            file.Position = position;
            return file;
        });
    }
}
