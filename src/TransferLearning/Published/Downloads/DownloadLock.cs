using System.Text;
using Microsoft.Extensions.Logging;
using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>Lets one download of a file go on at a time, among the threads and processes of a machine.</summary>
/// <remarks>
/// The operating system lets go of a file lock with the process that held it, however that ended. The empty file stays: were it deleted,
/// one process could hold the deleted file and another its successor. Who holds it is written beside it where possible, because a locked file
/// cannot be read.
/// </remarks>
internal sealed partial class DownloadLock : IDisposable
{
    // What the system reports of a file that another handle has locked: EAGAIN on Linux and macOS, two codes on Windows.
    private const int LinuxTryAgain = 11;
    private const int MacTryAgain = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    private const int MostOfName = 200;

    // File locks have no portable way to wait for one.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    private readonly FileStream _file;

    private DownloadLock(FileStream file)
    {
        _file = file;
        string holder = $"process {Environment.ProcessId} on {Environment.MachineName}";
        AtomicFile.IfPossible(() => AtomicFile.Write(HolderPathOf(file.Name), name => name.Write(Encoding.UTF8.GetBytes(holder))));
    }

    /// <summary>Waits until no one else holds the lock; after five seconds the log says who does.</summary>
    /// <returns>Whoever disposes it lets go.</returns>
    /// <exception cref="DownloadFailedException">It was held for as long as the options say.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static async Task<IDisposable> TakeAsync(string path, WeightsStoreOptions options, CancellationToken cancellationToken)
    {
        long start = options.TimeProvider.GetTimestamp();
        bool isTold = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new DownloadLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException exception) when (exception.HResult is LinuxTryAgain or MacTryAgain or WindowsSharingViolation or WindowsLockViolation)
            {
                TimeSpan waited = options.TimeProvider.GetElapsedTime(start);
                if (waited > options.TurnTimeout)
                {
                    throw new DownloadFailedException(
                        $"{HolderOf(path)} has held '{path}' for the {options.TurnTimeout.TotalSeconds} seconds of " +
                        $"{nameof(WeightsStoreOptions)}.{nameof(WeightsStoreOptions.TurnTimeout)}; wait for its end, or end it", exception);
                }
                if (!isTold && waited > _silence)
                {
                    LogWait(options.Logger, path, HolderOf(path), (options.TurnTimeout - waited).TotalSeconds);
                    isTold = true;
                }
                await Task.Delay(_pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        AtomicFile.IfPossible(() => File.Delete(HolderPathOf(_file.Name)));
        _file.Dispose();
    }

    private static string HolderPathOf(string path) => path + ".by";

    // Anyone may have written it.
    private static string HolderOf(string path)
    {
        string holder = "";
        AtomicFile.IfPossible(() => holder = SmallText.Read(HolderPathOf(path)));
        return holder.Length is > 0 and < MostOfName && !holder.Any(char.IsControl) ? holder : "another thread or process";
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for '{Lock}', which {Holder} holds; {Seconds:0} s are left until this is given up")]
    private static partial void LogWait(ILogger logger, string @lock, string holder, double seconds);
}
