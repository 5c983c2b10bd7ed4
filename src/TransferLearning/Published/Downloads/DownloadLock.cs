namespace TransferLearning.Published.Downloads;

/// <summary>Lets one download of a file go on at a time, among the threads and processes of a machine.</summary>
/// <remarks>
/// The operating system lets go of a file lock with the process that held it, however that ended. The empty file stays:
/// were it deleted, one process could hold the deleted file and another its successor.
/// </remarks>
internal static class DownloadLock
{
    // What the system reports of a file that another handle has locked: EAGAIN on Linux and macOS, two codes on Windows.
    private const int LinuxTryAgain = 11;
    private const int MacTryAgain = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    // File locks have no portable way to wait for one.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until no one else holds the lock.</summary>
    /// <returns>Whoever disposes it lets go.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException exception) when (exception.HResult is LinuxTryAgain or MacTryAgain or WindowsSharingViolation or WindowsLockViolation)
            {
                await Task.Delay(_pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
