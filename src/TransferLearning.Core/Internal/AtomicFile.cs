namespace TransferLearning.Internal;

/// <summary>Writes files that are whole or absent: under a temporary name, flushed to the disk, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; when <paramref name="write"/> fails, an existing file of that name is left unchanged.</summary>
    /// <param name="path">The file; its folder is made where it is absent.</param>
    /// <param name="write">Writes the content; leaves the stream open.</param>
    /// <exception cref="IOException">The path names no file, or the folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string? folder = Path.GetDirectoryName(target);
        if (folder is null || Path.EndsInDirectorySeparator(target) || Directory.Exists(target))
            throw new IOException($"'{path}' names a folder; a file is to be written.");
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
            DeleteIfPossible(beside);
            throw;
        }
    }

    // What went wrong before is the better error: on a disk that has gone, deleting fails too.
    private static void DeleteIfPossible(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
