using System.Runtime.ExceptionServices;

namespace TransferLearning.Tests.Support;

/// <summary>
/// Runs what makes libtorch throw on a thread of its own. Under Wine, libtorch's guards stay closed on a thread that it threw on, and
/// later tests would get no gradients there.
/// </summary>
internal static class OwnThread
{
    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
