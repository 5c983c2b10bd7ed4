namespace TransferLearning.Storage;

/// <summary>Writes files that are whole or absent: beside, flushed to the disk, then moved into place.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; when <paramref name="write"/> fails, an earlier file of that name stands untouched.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target) ?? throw new IOException($"'{path}' names no file.");
        Directory.CreateDirectory(folder);

        string beside = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
