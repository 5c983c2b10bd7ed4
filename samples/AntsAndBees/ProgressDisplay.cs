using Spectre.Console;
using TransferLearning;
using TransferLearning.Training;

namespace AntsAndBees;

/// <summary>A bar for the whole fit, or for the download before it, and a line for each epoch.</summary>
internal static class ProgressDisplay
{
    public static Task<TrainingResult> ShowAsync(string title, Func<IProgress<TrainingProgress>, Task<TrainingResult>> fit) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask bar = context.AddTask(title, maxValue: 1);
                return fit(new Reports(report =>
                {
                    (bar.Description, bar.Value) = report.Download is { Total: > 0 and long total } download
                        ? ($"downloading {total / 1e6:0} MB", (double)download.Received / total)
                        : (title, (report.Epoch - 1 + (double)report.Step / report.StepsPerEpoch) / report.Epochs);
                    if (report.Completed is EpochRecord epoch)
                        AnsiConsole.MarkupLineInterpolated($"{Line(epoch)}");
                }));
            });

    private static string Line(EpochRecord epoch) =>
        $"epoch {epoch.Epoch,2}: training loss {epoch.Training["loss"]:0.0000} accuracy {epoch.Training["accuracy"]:0.0000}, " +
        $"validation loss {epoch.Validation["loss"]:0.0000} accuracy {epoch.Validation["accuracy"]:0.0000}, {epoch.Duration.TotalSeconds:0.0} s";

    // Progress<T> would report from the thread pool, out of order.
    private sealed class Reports(Action<TrainingProgress> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(value);
    }
}
