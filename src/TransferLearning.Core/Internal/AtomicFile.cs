using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning.Internal;

/// <summary>Writes files that are whole or absent: under a temporary name, flushed to the disk, then renamed.</summary>
/// <remarks>
/// After <see cref="Write"/> returns, the content survives a power failure, as far as the disk honors a flush. So does the name on Linux and
/// macOS, where the folder is flushed too; elsewhere the earlier file may come back, whole.
/// </remarks>
internal static partial class AtomicFile
{
    private const string Extension = ".partial";
    private const int LongestPause = 256;
    private const int NameIsTaken = 17; // EEXIST, on Linux and macOS

    // A writer holds a lock on its file until just before the rename. Not every file system has locks, so it must be old as well.
    private static readonly TimeSpan _abandoned = TimeSpan.FromHours(1);

    /// <summary>
    /// Writes a file; when <paramref name="write"/> fails, an existing file of that name is left unchanged. Temporary files of the
    /// same name whose writers were killed are deleted.
    /// </summary>
    /// <param name="path">The file; its folder is made where it is absent.</param>
    /// <param name="write">Writes the content; leaves the stream open.</param>
    /// <exception cref="IOException">The path names no file, or the folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
            throw NoFile(path);
        WriteBeside(target, write, beside => Patiently(() => File.Move(beside, target, overwrite: true), Thread.Sleep));
    }

    /// <summary>Writes a file without replacing one, whoever writes at the same time: where name.txt exists, name-2.txt, name-3.txt and so on.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    /// <inheritdoc cref="Write" path="/exception"/>
    /// <returns>The full path of the file.</returns>
    public static string WriteNew(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string free = target;
        WriteBeside(target, write, beside =>
        {
            for (int number = 2; !TryMoveToNew(beside, free); number++)
                free = Path.Combine(Path.GetDirectoryName(target)!, $"{Path.GetFileNameWithoutExtension(target)}-{number}{Path.GetExtension(target)}");
        });
        return free;
    }

    /// <summary>Makes a folder where it is absent, and writes a file there that is gone at once.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void TryOut(string folder)
    {
        Directory.CreateDirectory(folder);
        string trial = Path.Combine(folder, $".{Guid.NewGuid():N}{Extension}");
        using var stream = new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        stream.WriteByte(0);
    }

    private static void WriteBeside(string target, Action<Stream> write, Action<string> move)
    {
        string folder = Path.EndsInDirectorySeparator(target) ? throw NoFile(target) : Path.GetDirectoryName(target) ?? throw NoFile(target);
        Directory.CreateDirectory(folder);

        string name = Path.GetFileName(target);
        string beside = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}{Extension}");
        DeleteAbandoned(folder, other => other == name);
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            move(beside);
            TryFlush(folder);
        }
        catch
        {
            IfPossible(() => File.Delete(beside)); // the first error is the better one
            throw;
        }
    }

    private static IOException NoFile(string path) => new($"'{path}' names a folder; a file is to be written.");

    private static bool TryMoveToNew(string beside, string target)
    {
        if (OperatingSystem.IsWindows())
            return IfFree(target, () => File.Move(beside, target, overwrite: false));

        // Elsewhere File.Move looks first and renames then. A link is made only where the name is free, but not every file system has links.
        if (Link(beside, target) == 0)
        {
            IfPossible(() => File.Delete(beside));
            return true;
        }
        if (Marshal.GetLastPInvokeError() == NameIsTaken || !IfFree(target, () => new FileStream(target, FileMode.CreateNew).Dispose()))
            return false;
        File.Move(beside, target, overwrite: true);
        return true;
    }

    private static bool IfFree(string target, Action take)
    {
        bool isFree = false;
        Patiently(() =>
        {
            isFree = !Path.Exists(target);
            if (isFree)
                take();
        }, Thread.Sleep);
        return isFree;
    }

    /// <summary>Does what Windows denies while another process replaces, reads or scans the file: again after a pause, for half a second in all.</summary>
    /// <param name="move">Throws while it is denied; its last error is thrown.</param>
    /// <param name="pause">Waits for a number of milliseconds.</param>
    public static void Patiently(Action move, Action<int> pause)
    {
        for (int milliseconds = 1; milliseconds <= LongestPause; milliseconds *= 2)
        {
            try
            {
                move();
                return;
            }
            catch (Exception denied) when (denied is UnauthorizedAccessException or (IOException and not (FileNotFoundException or DirectoryNotFoundException)))
            {
                pause(milliseconds);
            }
        }
        move();
    }

    /// <summary>Deletes what killed writers left in a folder: files that are locked by nobody and were last written more than an hour ago.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isMeant">Whether files that would have got this name are deleted.</param>
    public static void DeleteAbandoned(string folder, Func<string, bool> isMeant) => IfPossible(() =>
    {
        foreach (string path in Directory.EnumerateFiles(folder, $"*{Extension}"))
        {
            if (FinishedName(path) is string name && isMeant(name) && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > _abandoned)
                IfPossible(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose());
        }
    });

    /// <summary>Flushes the names in a folder to the disk; false where the system cannot.</summary>
    public static bool TryFlush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return false;

        int closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000; // fcntl.h; reading is 0
        int descriptor = Open(folder, closeOnExec);
        if (descriptor < 0)
            return false;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
        return true;
    }

    // ".{name}.{32 hexadecimal digits}.partial"
    private static string? FinishedName(string unfinished) =>
        Path.GetFileNameWithoutExtension(unfinished) is ['.', .. string name] && Guid.TryParseExact(Path.GetExtension(name).TrimStart('.'), "N", out _)
            ? Path.GetFileNameWithoutExtension(name)
            : null;

    /// <summary>Does what may as well fail.</summary>
    public static void IfPossible(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string added);
}
